namespace RnnMlNet.Engines.Simd.Training;

/// <summary>How an optimiser changes weights by their gradients, PyTorch's equations, in one pass over them.</summary>
internal abstract unsafe class ParameterUpdate
{
    /// <summary>The moments kept for each weight, by PyTorch's names.</summary>
    public abstract IReadOnlyList<string> Moments { get; }

    /// <summary>Gets ready for the step numbered from 1.</summary>
    public abstract void Begin(long step, float learningRate);

    /// <summary>Changes some weights.</summary>
    /// <param name="w">The weights, whole vectors of them.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="m">Their first moments; not read where there are none.</param>
    /// <param name="v">Their second moments, likewise.</param>
    /// <param name="count">How many.</param>
    /// <param name="scale">What the gradients are multiplied by first.</param>
    public abstract void Update(float* w, float* g, float* m, float* v, long count, float scale);

    public static ParameterUpdate Create<T>(EngineSettings s) where T : unmanaged, ILanes<T> => s.Optimizer switch
    {
        OptimizerKind.AdamW => new AdamUpdate<T>(s.WeightDecay, decoupled: true),
        OptimizerKind.Sgd => new SgdUpdate<T>(s.WeightDecay, s.Momentum),
        OptimizerKind.RmsProp => new RmsPropUpdate<T>(s.WeightDecay, s.Momentum),
        _ => new AdamUpdate<T>(s.WeightDecay, decoupled: false),
    };
}

/// <summary>m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= rate/(1-β1^t) · m / (√v/√(1-β2^t) + ε). Decay: into g, or (AdamW) w *= 1 - rate·decay before.</summary>
internal sealed unsafe class AdamUpdate<T>(float weightDecay, bool decoupled) : ParameterUpdate where T : unmanaged, ILanes<T>
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private float _shrink, _spread, _minusRate;

    public override IReadOnlyList<string> Moments { get; } = ["exp_avg", "exp_avg_sq"];

    public override void Begin(long step, float learningRate)
    {
        _shrink = decoupled ? (float)(1 - (double)learningRate * weightDecay) : 1;
        _spread = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
        _minusRate = (float)(-learningRate / (1 - Math.Pow(Beta1, step)));
    }

    public override void Update(float* w, float* g, float* m, float* v, long count, float scale)
    {
        T beta1 = T.Create((float)Beta1), rest1 = T.Create((float)(1 - Beta1)), beta2 = T.Create((float)Beta2), rest2 = T.Create((float)(1 - Beta2));
        T shrink = T.Create(_shrink), decay = T.Create(decoupled ? 0 : weightDecay), spread = T.Create(_spread), epsilon = T.Create(1e-8f), minusRate = T.Create(_minusRate), scales = T.Create(scale);
        for (long i = 0; i < count; i += T.Count)
        {
            T weight = T.Load(w + i) * shrink;
            T gradient = T.MultiplyAdd(decay, weight, T.Load(g + i) * scales);
            T mean = T.MultiplyAdd(rest1, gradient, T.Load(m + i) * beta1);
            T square = T.MultiplyAdd(rest2, gradient * gradient, T.Load(v + i) * beta2);
            T.Store(mean, m + i);
            T.Store(square, v + i);
            T.Store(T.MultiplyAdd(minusRate, mean / T.MultiplyAdd(T.Sqrt(square), spread, epsilon), weight), w + i);
        }
    }
}

/// <summary>b = μ b + g (b starts at 0), w -= rate · b; without momentum w -= rate · g.</summary>
internal sealed unsafe class SgdUpdate<T>(float weightDecay, float momentum) : ParameterUpdate where T : unmanaged, ILanes<T>
{
    private float _minusRate;

    public override IReadOnlyList<string> Moments { get; } = momentum == 0 ? [] : ["momentum_buffer"];

    public override void Begin(long step, float learningRate) => _minusRate = -learningRate;

    public override void Update(float* w, float* g, float* m, float* v, long count, float scale)
    {
        T decay = T.Create(weightDecay), kept = T.Create(momentum), minusRate = T.Create(_minusRate), scales = T.Create(scale);
        for (long i = 0; i < count; i += T.Count)
        {
            T weight = T.Load(w + i);
            T gradient = T.MultiplyAdd(decay, weight, T.Load(g + i) * scales);
            if (momentum != 0)
            {
                gradient = T.MultiplyAdd(kept, T.Load(m + i), gradient);
                T.Store(gradient, m + i);
            }
            T.Store(T.MultiplyAdd(minusRate, gradient, weight), w + i);
        }
    }
}

/// <summary>v = α v + (1-α) g², b = μ b + g / (√v + ε), w -= rate · b; without momentum w -= rate · g / (√v + ε).</summary>
internal sealed unsafe class RmsPropUpdate<T>(float weightDecay, float momentum) : ParameterUpdate where T : unmanaged, ILanes<T>
{
    private const double Alpha = 0.99;
    private float _minusRate;

    public override IReadOnlyList<string> Moments { get; } = momentum == 0 ? ["square_avg"] : ["square_avg", "momentum_buffer"];

    public override void Begin(long step, float learningRate) => _minusRate = -learningRate;

    public override void Update(float* w, float* g, float* m, float* v, long count, float scale)
    {
        T alpha = T.Create((float)Alpha), rest = T.Create((float)(1 - Alpha)), epsilon = T.Create(1e-8f);
        T decay = T.Create(weightDecay), kept = T.Create(momentum), minusRate = T.Create(_minusRate), scales = T.Create(scale);
        for (long i = 0; i < count; i += T.Count)
        {
            T weight = T.Load(w + i);
            T gradient = T.MultiplyAdd(decay, weight, T.Load(g + i) * scales);
            T square = T.MultiplyAdd(rest, gradient * gradient, T.Load(m + i) * alpha);
            T.Store(square, m + i);
            T change = gradient / (T.Sqrt(square) + epsilon);
            if (momentum != 0)
            {
                change = T.MultiplyAdd(kept, T.Load(v + i), change);
                T.Store(change, v + i);
            }
            T.Store(T.MultiplyAdd(minusRate, change, weight), w + i);
        }
    }
}
