using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using RnnMlNet.Training.Losses;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>From the last layer's states to the outputs of a micro-batch's rows, and the backward pass to the states.</summary>
internal abstract unsafe class OutputPass
{
    // Behind the places of dropout of the input and of each layer.
    protected const int HeadPlace = 1 << 16;

    protected OutputPass(EngineSettings settings, LayerPass layer)
    {
        Settings = settings;
        Layer = layer;
        Loss = LossRegistry.Of(settings.Loss);
    }

    /// <summary>What a network of a shape needs.</summary>
    /// <param name="settings">Sizes, loss, dropout.</param>
    /// <param name="map">Where the weights stand.</param>
    /// <param name="parts">Shared by all threads.</param>
    /// <param name="layer">The last one.</param>
    /// <exception cref="NotSupportedException">The engine cannot train such a readout.</exception>
    public static OutputPass Create(EngineSettings settings, ParameterMap map, NetworkParts parts, LayerPass layer) =>
        NetworkDefinition.Of(settings.Shape).Readout switch
        {
            PooledStates => new RowOutputs(settings, map, layer),
            EveryState => new StepOutputs(settings, map, layer),
            ParallelDecoder when parts.Head is not null => new LinearlyDecodedOutputs(settings, map, parts.Head, layer),
            ParallelDecoder => new DecodedOutputs(settings, map, new ParallelDecoderPass(settings.Shape, map, layer), layer),
            RecurrentDecoder => new DecodedOutputs(
                settings,
                map,
                new RecurrentDecoderPass(settings.Shape, map, parts.Decoder!, layer),
                layer
            ),
            var other => throw new NotSupportedException($"The C# engine cannot train a network whose readout is {other.Name}."),
        };

    /// <summary>Whether states of steps before the last have gradients.</summary>
    public abstract bool UsesSteps { get; }

    /// <summary>Raw outputs of a micro-batch's rows, without dropout.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputs">[B, Outputs], of a tagger [T, B, Outputs], of the whole batch; those of the micro-batch's rows are
    /// written.</param>
    public abstract void Score(MicroBatch microBatch, float* weights, Span<float> outputs);

    /// <summary>
    /// The rows' losses; adds to the gradients of the weights, and, where the layer has room made for them, of the states.
    /// </summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="unit">What a row's weight is divided by.</param>
    /// <param name="gradient">Of all weights.</param>
    /// <returns>The sum of the rows' losses, each by its weight so divided.</returns>
    public abstract double Train(MicroBatch microBatch, long step, float* weights, double unit, float* gradient);

    protected LayerPass Layer { get; }

    protected EngineSettings Settings { get; }

    protected Loss Loss { get; }

    protected NetworkShape Shape => Settings.Shape;
}
