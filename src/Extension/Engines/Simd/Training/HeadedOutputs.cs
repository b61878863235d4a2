using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Outputs by a head of any layers, one row, or one step of it, after the other.</summary>
internal abstract unsafe class HeadedOutputs : OutputPass
{
    private readonly HeadPass _head;
    private readonly float[] _outputs;
    private readonly float[] _outputGradient;

    protected HeadedOutputs(EngineSettings settings, ParameterMap map, LayerPass layer)
        : base(settings, layer)
    {
        _head = new HeadPass(settings.Shape, map);
        _outputs = new float[settings.Shape.HeadOutputs];
        _outputGradient = new float[settings.Shape.HeadOutputs];
    }

    /// <summary>What the head reads, to be filled before it runs.</summary>
    protected Span<float> HeadInput => _head.Pooled;

    /// <summary>Its gradient, after <see cref="TrainHead"/>.</summary>
    protected ReadOnlySpan<float> HeadInputGradient => _head.PooledGradient;

    /// <summary>What <see cref="TrainHead"/> last put out.</summary>
    protected ReadOnlySpan<float> LastOutputs => _outputs;

    protected void RunHead(float* weights, Span<float> outputs) => _head.Forward(weights, outputs, null);

    /// <summary>The head's forward and backward pass.</summary>
    /// <param name="part">Which of the row's parts, for dropout: its step.</param>
    /// <param name="row">Of the batch.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="label">What the outputs are compared with.</param>
    /// <param name="share">What the loss counts for.</param>
    /// <param name="gradient">Of all weights.</param>
    /// <returns>The loss, times the share.</returns>
    protected double TrainHead(int part, int row, long step, float* weights, ReadOnlySpan<float> label, float share, float* gradient)
    {
        RowDropout? dropout =
            Settings.HeadDropout > 0
                ? new RowDropout(new DropoutMask(Settings.Seed, step, HeadPlace + part), Settings.HeadDropout, row)
                : null;
        _head.Forward(weights, _outputs, dropout);
        Loss.Gradient(_outputs, label, Settings.LabelSmoothing, Settings.Quantiles, share, _outputGradient);
        _head.Backward(weights, _outputGradient, gradient, dropout);
        return Loss.Of(_outputs, label, Settings.LabelSmoothing, Settings.Quantiles) * share;
    }
}
