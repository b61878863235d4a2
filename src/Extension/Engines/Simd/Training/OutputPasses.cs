using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The registry of the readouts' parts in the C# engine: the only place that lists them.</summary>
internal static class OutputPasses
{
    /// <summary>What a network of a shape needs.</summary>
    /// <param name="settings">Sizes, loss, dropout.</param>
    /// <param name="map">Where the weights stand.</param>
    /// <param name="parts">Shared by all threads.</param>
    /// <param name="layer">The last one.</param>
    /// <param name="states">What is read of it, other than by a decoder.</param>
    /// <exception cref="NotSupportedException">The engine cannot train such a readout.</exception>
    public static OutputPass Create(EngineSettings settings, ParameterMap map, NetworkParts parts, LayerPass layer, LayerStates states)
    {
        if (settings.Shape is { Cycle: not null, Decoder: not null } && parts.Head is null)
            throw new NotSupportedException(
                "The C# engine cannot train a learned cycle with a decoder that reads its previous outputs, or with hidden head layers."
            );
        return NetworkDefinition.Of(settings.Shape).Readout is ITrainedDecoder decoder
            ? OfDecoder(decoder, new DecoderRows(settings.Shape, map, parts, layer))
            : OfStates(settings, map, states);

        OutputPass OfDecoder(ITrainedDecoder decoder, DecoderRows rows) =>
            parts.Head is LinearTraining head
                ? new LinearlyDecodedOutputs(settings, map, head, decoder, rows)
                : new DecodedOutputs(settings, map, decoder, rows);
    }

    /// <summary>That of a readout of the last layer's hidden states alone.</summary>
    /// <param name="settings">Sizes, loss, dropout.</param>
    /// <param name="map">Where the weights stand.</param>
    /// <param name="states">What is read of the layer.</param>
    /// <exception cref="NotSupportedException">The engine cannot train such a readout.</exception>
    public static OutputPass OfStates(EngineSettings settings, ParameterMap map, LayerStates states) =>
        NetworkDefinition.Of(settings.Shape).Readout switch
        {
            PooledStates => new RowOutputs(settings, map, new PoolingPass(settings.Shape, map, states)),
            ChainedStates => new ChainOutputs(settings, map, states),
            EveryState => new StepOutputs(settings, map, states),
            ReadoutModule readout => throw new NotSupportedException(
                $"The C# engine cannot train a network whose readout is {readout.Name}."
            ),
        };
}
