using RnnMlNet.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>From the last layer's states to the outputs of a shard's rows, and the way back to the states.</summary>
internal abstract unsafe class OutputPass
{
    // Behind the places of dropout of the input and of each layer.
    private const int HeadPlace = 1 << 16;

    private readonly EngineSettings _settings;
    private readonly HeadPass _head;
    private readonly float[] _outputs;
    private readonly float[] _outputGradient;

    protected OutputPass(EngineSettings settings, ParameterMap map, LayerPass layer)
    {
        _settings = settings;
        _head = new HeadPass(settings.Shape, map);
        _outputs = new float[settings.Shape.HeadOutputs];
        _outputGradient = new float[settings.Shape.HeadOutputs];
        Layer = layer;
    }

    /// <summary>What a network of a shape needs.</summary>
    /// <param name="settings">Sizes, loss, dropout.</param>
    /// <param name="map">Where the weights stand.</param>
    /// <param name="parts">Shared by all threads.</param>
    /// <param name="layer">The last one.</param>
    public static OutputPass Create(EngineSettings settings, ParameterMap map, NetworkParts parts, LayerPass layer)
    {
        if (settings.Shape.Decoder is not null)
            return new DecodedOutputs(settings, map, parts, layer);
        return settings.Shape.PerStep ? new StepOutputs(settings, map, layer) : new RowOutputs(settings, map, layer);
    }

    /// <summary>Whether states of steps before the last have gradients.</summary>
    public abstract bool UsesSteps { get; }

    /// <summary>Raw outputs of a shard's rows, without dropout.</summary>
    /// <param name="shard">The rows.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputs">[B, Outputs], of a tagger [T, B, Outputs], of the whole batch; those of the shard's rows are written.</param>
    public abstract void Score(Shard shard, float* weights, Span<float> outputs);

    /// <summary>The rows' losses; adds to the gradients of the weights, and, where the layer has room made for them, of the states.</summary>
    /// <param name="shard">The rows.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="unit">What a row's weight is divided by.</param>
    /// <param name="gradient">Of all weights.</param>
    /// <returns>The sum of the rows' losses, each by its weight so divided.</returns>
    public abstract double Train(Shard shard, long step, float* weights, double unit, float* gradient);

    protected LayerPass Layer { get; }

    protected NetworkShape Shape => _settings.Shape;

    /// <summary>What the head reads, to be filled before it runs.</summary>
    protected Span<float> HeadInput => _head.Pooled;

    /// <summary>Its gradient, after <see cref="TrainHead"/>.</summary>
    protected ReadOnlySpan<float> HeadInputGradient => _head.PooledGradient;

    /// <summary>What <see cref="TrainHead"/> last put out.</summary>
    protected ReadOnlySpan<float> LastOutputs => _outputs;

    protected void RunHead(float* weights, Span<float> outputs) => _head.Forward(weights, outputs, null);

    /// <summary>The head there and back.</summary>
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
        RowDropout? dropout = _settings.HeadDropout > 0 ? new RowDropout(new DropoutMask(_settings.Seed, step, HeadPlace + part), _settings.HeadDropout, row) : null;
        _head.Forward(weights, _outputs, dropout);
        LossGradient.Of(_settings.Loss, _outputs, label, _settings.LabelSmoothing, _settings.Quantiles, share, _outputGradient);
        _head.Backward(weights, _outputGradient, gradient, dropout);
        return Losses.Of(_settings.Loss, _outputs, label, _settings.LabelSmoothing, _settings.Quantiles) * share;
    }
}
