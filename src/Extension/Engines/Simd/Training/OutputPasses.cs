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
    /// <exception cref="NotSupportedException">The engine cannot train such a readout.</exception>
    public static OutputPass Create(EngineSettings settings, ParameterMap map, NetworkParts parts, LayerPass layer)
    {
        NetworkShape shape = settings.Shape;
        ReadoutModule readout = NetworkDefinition.Of(shape).Readout;
        return readout switch
        {
            PooledStates => new RowOutputs(settings, map, layer),
            ChainedStates => new ChainOutputs(settings, map, layer),
            EveryState => new StepOutputs(settings, map, layer),
            ITrainedDecoder decoder => OfDecoder(decoder, new DecoderRows(shape, map, parts, layer)),
            _ => throw new NotSupportedException($"The C# engine cannot train a network whose readout is {readout.Name}."),
        };

        OutputPass OfDecoder(ITrainedDecoder decoder, DecoderRows rows) =>
            parts.Head is LinearTraining head
                ? new LinearlyDecodedOutputs(settings, map, head, decoder, rows, layer)
                : new DecodedOutputs(settings, map, decoder, rows, layer);
    }
}
