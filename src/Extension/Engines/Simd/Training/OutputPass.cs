using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using RnnMlNet.Training.Losses;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>From the last layer's states to the outputs of a micro-batch's rows, and the backward pass to the states.</summary>
internal abstract unsafe class OutputPass
{
    // After the dropout places of the input and of each layer.
    private const int HeadPlace = 1 << 16;

    protected OutputPass(EngineSettings settings)
    {
        Settings = settings;
        Loss = LossRegistry.Of(settings.Loss);
    }

    /// <summary>Whether states of steps before the last have gradients.</summary>
    public abstract bool UsesSteps { get; }

    /// <summary>Raw outputs of a micro-batch's rows, without dropout.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputs">[B, Outputs], for a tagger [T, B, Outputs], of the whole batch; the micro-batch's rows are written.</param>
    public abstract void Score(MicroBatch microBatch, float* weights, Span<float> outputs);

    /// <summary>
    /// The rows' losses; adds to the gradients of the weights, and, where the layer has room for them, of the states.
    /// </summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="unit">Divisor of a row's weight.</param>
    /// <param name="gradient">The gradient of all weights.</param>
    /// <returns>The sum of the rows' losses, each times its weight divided by the unit.</returns>
    public abstract double Train(MicroBatch microBatch, long step, float* weights, double unit, float* gradient);

    /// <summary>Dropout of what the head reads, and of its hidden layers; null where nothing is dropped.</summary>
    /// <param name="step">Number of the training step.</param>
    /// <param name="part">Which of the row's parts: its step.</param>
    /// <param name="row">Of the batch.</param>
    protected RowDropout? DropoutOfHead(long step, int part, int row) =>
        DropsHeadInputs
            ? new RowDropout(new DropoutMask(Settings.Seed, step, HeadPlace + part), Settings.DropoutRates.HeadDropout, row)
            : null;

    protected bool DropsHeadInputs => Settings.DropoutRates.HeadDropout > 0;

    protected EngineSettings Settings { get; }

    protected Loss Loss { get; }

    protected NetworkShape Shape => Settings.Shape;
}
