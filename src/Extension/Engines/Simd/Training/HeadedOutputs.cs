using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Outputs by a head of any number of layers, one row, or one step of it, after the other.</summary>
internal abstract unsafe class HeadedOutputs : OutputPass
{
    private readonly HeadPass _head;
    private readonly float[] _outputs;
    private readonly float[] _outputGradient;

    protected HeadedOutputs(EngineSettings settings, ParameterMap map)
        : base(settings)
    {
        _head = new HeadPass(settings.Shape, map);
        _outputs = new float[settings.Shape.HeadOutputs];
        _outputGradient = new float[settings.Shape.HeadOutputs];
    }

    /// <summary>The head's input, to be filled before it runs.</summary>
    protected Span<float> HeadInput => _head.Pooled;

    /// <summary>Its gradient, after <see cref="TrainHead"/>.</summary>
    protected ReadOnlySpan<float> HeadInputGradient => _head.PooledGradient;

    /// <summary>The outputs of the last <see cref="TrainHead"/>.</summary>
    protected ReadOnlySpan<float> LastOutputs => _outputs;

    protected void RunHead(float* weights, Span<float> outputs, RowDropout? dropout = null) => _head.Forward(weights, outputs, dropout);

    /// <summary>The head's forward pass again, and its backward pass from a gradient of its outputs.</summary>
    protected void BackwardHead(RowDropout? dropout, float* weights, ReadOnlySpan<float> outputGradient, float* gradient)
    {
        _head.Forward(weights, _outputs, dropout);
        _head.Backward(weights, outputGradient, gradient, dropout);
    }

    /// <summary>The head's forward and backward pass.</summary>
    /// <param name="part">The row's step, for dropout.</param>
    /// <param name="row">The row of the batch.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="label">The target.</param>
    /// <param name="share">Factor of the loss.</param>
    /// <param name="gradient">The gradient of all weights.</param>
    /// <param name="cycle">What is added to the outputs.</param>
    /// <returns>The loss, times the share.</returns>
    protected double TrainHead(
        int part,
        int row,
        long step,
        float* weights,
        ReadOnlySpan<float> label,
        float share,
        float* gradient,
        CycleOfRow cycle = default
    )
    {
        RowDropout? dropout = DropoutOfHead(step, part, row);
        _head.Forward(weights, _outputs, dropout);
        cycle.Add(_outputs, weights);
        Loss.Gradient(_outputs, label, Settings.LabelSmoothing, Settings.Quantiles, share, _outputGradient);
        cycle.AddBackward(_outputGradient, gradient);
        _head.Backward(weights, _outputGradient, gradient, dropout);
        return Loss.Of(_outputs, label, Settings.LabelSmoothing, Settings.Quantiles) * share;
    }
}
