using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The coefficients of one optimiser step, from its number and its learning rate.</summary>
/// <param name="MinusRate">Factor of the change, below 0.</param>
/// <param name="Shrink">Factor of the weights before it.</param>
/// <param name="Spread">Factor of the root of the second moment.</param>
internal readonly record struct StepFactors(float MinusRate, float Shrink = 1, float Spread = 1)
{
    /// <summary>Share of the weights after it in their moving average.</summary>
    public float Averaged { get; init; }
}

/// <summary>An optimiser step in PyTorch's equations, in one pass over the weights.</summary>
/// <param name="weightDecay">Weight decay, which also acts without a gradient.</param>
internal abstract unsafe class ParameterUpdate(float weightDecay)
{
    private float _averaging;

    /// <summary>The moments kept for each weight, by PyTorch's names.</summary>
    public abstract IReadOnlyList<string> Moments { get; }

    /// <summary>Whether the weights have a moving average.</summary>
    public bool Averages => _averaging > 0;

    /// <summary>The coefficients of the current step.</summary>
    public StepFactors Factors { get; private set; }

    /// <summary>Begins a step, numbered from 1.</summary>
    public void Begin(long step, float learningRate) =>
        Factors = FactorsOf(step, learningRate) with { Averaged = WeightAverage.ShareOf(_averaging, step) };

    /// <summary>Applies the current step to some weights.</summary>
    /// <param name="w">The weights, whole vectors of them.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="m">Their first moments; not read where there are none.</param>
    /// <param name="v">Their second moments, likewise.</param>
    /// <param name="average">Their moving average; null for none.</param>
    /// <param name="count">Number of weights.</param>
    /// <param name="scale">Factor of the gradients.</param>
    public void Update(float* w, float* g, float* m, float* v, float* average, long count, float scale)
    {
        Update(Factors, w, g, m, v, count, scale);
        if (average != null)
            Average(Factors, w, average, count);
    }

    /// <summary>
    /// Applies steps with gradients of 0, one after the other, to some weights, up to differences below single precision.
    /// </summary>
    /// <param name="steps">The steps.</param>
    /// <param name="w">The weights, whole vectors of them.</param>
    /// <param name="m">Their first moments; not read where there are none.</param>
    /// <param name="v">Their second moments, likewise.</param>
    /// <param name="average">Their moving average; null for none.</param>
    /// <param name="count">Number of weights.</param>
    public void Rest(ReadOnlySpan<StepFactors> steps, float* w, float* m, float* v, float* average, int count)
    {
        bool move = WeightDecay != 0 || (Moments.Count > 0 && HasAny(m, count)) || (Moments.Count > 1 && HasAny(v, count));
        if (average == null)
        {
            if (move)
                MakeUp(steps, w, m, v, count);
            return;
        }
        for (int i = 0; i < steps.Length; i++)
        {
            if (move)
                MakeUp(steps.Slice(i, 1), w, m, v, count);
            Average(steps[i], w, average, count);
        }
    }

    /// <summary>As <see cref="Rest"/>, for weights that change.</summary>
    private protected virtual void MakeUp(ReadOnlySpan<StepFactors> steps, float* w, float* m, float* v, int count)
    {
        float* none = stackalloc float[count];
        new Span<float>(none, count).Clear();
        foreach (StepFactors step in steps)
            Update(step, w, none, m, v, count, 1);
    }

    private protected float WeightDecay { get; } = weightDecay;

    private protected abstract StepFactors FactorsOf(long step, float learningRate);

    private protected abstract void Update(StepFactors step, float* w, float* g, float* m, float* v, long count, float scale);

    // The step's moving average: where it equals the weights, it remains equal to the bit.
    private protected abstract void Average(StepFactors step, float* w, float* average, long count);

    private protected static bool HasAny(float* values, int count) => new ReadOnlySpan<float>(values, count).ContainsAnyExcept(0);

    public static ParameterUpdate Create<T>(EngineSettings s)
        where T : unmanaged, ILanes<T>
    {
        ParameterUpdate update = s.Optimizer switch
        {
            OptimizerKind.AdamW => new AdamUpdate<T>(s.WeightDecay, decoupled: true),
            OptimizerKind.Sgd => new SgdUpdate<T>(s.WeightDecay, s.Momentum),
            OptimizerKind.RmsProp => new RmsPropUpdate<T>(s.WeightDecay, s.Momentum),
            _ => new AdamUpdate<T>(s.WeightDecay, decoupled: false),
        };
        update._averaging = s.WeightAveraging;
        return update;
    }
}

/// <summary>
/// m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= rate/(1-β1^t) · m / (√v/√(1-β2^t) + ε). Decay: into g, or (AdamW) w *= 1 - rate·decay
/// before.
/// </summary>
internal sealed unsafe class AdamUpdate<T>(float weightDecay, bool decoupled) : ParameterUpdate(weightDecay)
    where T : unmanaged, ILanes<T>
{
    private const double Beta1 = 0.9,
        Beta2 = 0.999;
    private const float Epsilon = 1e-8f;

    // Steps without a gradient between checks of the first moments.
    private const int Look = 16;

    // A first moment whose square is this fraction of the second one moves a weight by a 10^-10th of the rate: by nothing. Shrinking
    // further, it would become subnormal, which processors compute slowly.
    private const float Nothing = 1e-20f;

    public override IReadOnlyList<string> Moments { get; } = ["exp_avg", "exp_avg_sq"];

    // Weight decay added to the gradient keeps the first moment from vanishing.
    private bool DecaysByGradient => !decoupled && WeightDecay != 0;

    private protected override void MakeUp(ReadOnlySpan<StepFactors> steps, float* w, float* m, float* v, int count)
    {
        for (int i = 0; i < count; i += T.Count)
        {
            int done = 0;
            while (done < steps.Length && (DecaysByGradient || HasAny(m + i, T.Count)))
            {
                int next = Math.Min(done + Look, steps.Length);
                Fade(steps[done..next], w + i, m + i, v + i);
                done = next;
            }
            Shrink(steps[done..], w + i, v + i);
        }
    }

    private protected override void Average(StepFactors step, float* w, float* average, long count) =>
        MovingAverage<T>.Add(step.Averaged, w, average, count);

    private protected override StepFactors FactorsOf(long step, float learningRate) =>
        new(
            (float)(-learningRate / (1 - Math.Pow(Beta1, step))),
            decoupled ? (float)(1 - (double)learningRate * WeightDecay) : 1,
            (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)))
        );

    private protected override void Update(StepFactors step, float* w, float* g, float* m, float* v, long count, float scale)
    {
        T beta1 = T.Create((float)Beta1),
            rest1 = T.Create((float)(1 - Beta1)),
            beta2 = T.Create((float)Beta2),
            rest2 = T.Create((float)(1 - Beta2));
        T shrink = T.Create(step.Shrink),
            decay = T.Create(decoupled ? 0 : WeightDecay),
            spread = T.Create(step.Spread),
            epsilon = T.Create(Epsilon),
            minusRate = T.Create(step.MinusRate),
            scales = T.Create(scale);
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

    // Updates a vector of weights by the rest of their moments, and the decay.
    private void Fade(ReadOnlySpan<StepFactors> steps, float* w, float* m, float* v)
    {
        T beta1 = T.Create((float)Beta1),
            rest1 = T.Create((float)(1 - Beta1)),
            beta2 = T.Create((float)Beta2),
            rest2 = T.Create((float)(1 - Beta2));
        T decay = T.Create(decoupled ? 0 : WeightDecay),
            epsilon = T.Create(Epsilon),
            minusNothing = T.Create(-Nothing);
        T weight = T.Load(w),
            mean = T.Load(m),
            square = T.Load(v);
        foreach (StepFactors step in steps)
        {
            weight *= T.Create(step.Shrink);
            T gradient = decay * weight;
            mean = T.MultiplyAdd(rest1, gradient, mean * beta1);
            square = T.MultiplyAdd(rest2, gradient * gradient, square * beta2);
            mean = T.WherePositive(T.MultiplyAdd(minusNothing, square, mean * mean), mean);
            weight = T.MultiplyAdd(T.Create(step.MinusRate), mean / T.MultiplyAdd(T.Sqrt(square), T.Create(step.Spread), epsilon), weight);
        }
        T.Store(weight, w);
        T.Store(mean, m);
        T.Store(square, v);
    }

    // Updates a vector of weights by the decay alone.
    private static void Shrink(ReadOnlySpan<StepFactors> steps, float* w, float* v)
    {
        T beta2 = T.Create((float)Beta2),
            weight = T.Load(w),
            square = T.Load(v);
        foreach (StepFactors step in steps)
        {
            weight *= T.Create(step.Shrink);
            square *= beta2;
        }
        T.Store(weight, w);
        T.Store(square, v);
    }
}

/// <summary>b = μ b + g (b starts at 0), w -= rate · b; without momentum w -= rate · g.</summary>
internal sealed unsafe class SgdUpdate<T>(float weightDecay, float momentum) : ParameterUpdate(weightDecay)
    where T : unmanaged, ILanes<T>
{
    public override IReadOnlyList<string> Moments { get; } = momentum == 0 ? [] : ["momentum_buffer"];

    private protected override void Average(StepFactors step, float* w, float* average, long count) =>
        MovingAverage<T>.Add(step.Averaged, w, average, count);

    private protected override StepFactors FactorsOf(long step, float learningRate) => new(-learningRate);

    private protected override void Update(StepFactors step, float* w, float* g, float* m, float* v, long count, float scale)
    {
        T decay = T.Create(WeightDecay),
            kept = T.Create(momentum),
            minusRate = T.Create(step.MinusRate),
            scales = T.Create(scale);
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
internal sealed unsafe class RmsPropUpdate<T>(float weightDecay, float momentum) : ParameterUpdate(weightDecay)
    where T : unmanaged, ILanes<T>
{
    private const double Alpha = 0.99;

    public override IReadOnlyList<string> Moments { get; } = momentum == 0 ? ["square_avg"] : ["square_avg", "momentum_buffer"];

    private protected override void Average(StepFactors step, float* w, float* average, long count) =>
        MovingAverage<T>.Add(step.Averaged, w, average, count);

    private protected override StepFactors FactorsOf(long step, float learningRate) => new(-learningRate);

    private protected override void Update(StepFactors step, float* w, float* g, float* m, float* v, long count, float scale)
    {
        T alpha = T.Create((float)Alpha),
            rest = T.Create((float)(1 - Alpha)),
            epsilon = T.Create(1e-8f);
        T decay = T.Create(WeightDecay),
            kept = T.Create(momentum),
            minusRate = T.Create(step.MinusRate),
            scales = T.Create(scale);
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
