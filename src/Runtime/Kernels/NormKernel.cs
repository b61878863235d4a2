namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// Normalises a vector over its values, forward and backward: <c>n = (x - mean) / √(variance + ε)</c>, or <c>n = x / √(mean of x² +
/// ε)</c>, and <c>y = n * gain + bias</c>. The order of all sums depends on the width alone, not on where a vector begins in memory.
/// Thread-safe.
/// </summary>
/// <param name="isCentred">Whether the mean is subtracted.</param>
/// <param name="epsilon">ε.</param>
internal abstract class NormKernel(bool isCentred, float epsilon)
{
    /// <summary>A kernel for the widest vectors that the processor computes fast.</summary>
    public static NormKernel Create(bool isCentred, float epsilon) =>
        VectorWidth.Bits switch
        {
            512 => new NormKernel<Lanes512>(isCentred, epsilon),
            256 => new NormKernel<Lanes256>(isCentred, epsilon),
            _ => new NormKernel<Lanes128>(isCentred, epsilon),
        };

    /// <summary>Whether the mean is subtracted.</summary>
    protected bool IsCentred => isCentred;

    /// <summary>ε.</summary>
    protected float Epsilon => epsilon;

    /// <summary>Computes y.</summary>
    /// <param name="x">[D] the vector.</param>
    /// <param name="gain">[D].</param>
    /// <param name="bias">[D]; empty for none.</param>
    /// <param name="y">[D], overwritten; may be x itself.</param>
    public abstract void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y);

    /// <summary>Computes the gradient of x, and adds to those of gain and bias.</summary>
    /// <param name="x">[D] the vector.</param>
    /// <param name="gain">[D].</param>
    /// <param name="gradient">[D] the gradient of y, overwritten by that of x.</param>
    /// <param name="gainGradient">[D], added to.</param>
    /// <param name="biasGradient">[D], added to; empty without a bias.</param>
    public abstract void Backward(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        Span<float> gradient,
        Span<float> gainGradient,
        Span<float> biasGradient
    );
}

/// <inheritdoc/>
internal sealed unsafe class NormKernel<T>(bool isCentred, float epsilon) : NormKernel(isCentred, epsilon)
    where T : unmanaged, ILanes<T>
{
    public override void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y)
    {
        int width = x.Length;
        fixed (
            float* from = x,
                gains = gain,
                biases = bias,
                to = y
        )
        {
            float mean = MeanOf(from, width),
                scale = ScaleOf(from, mean, width);
            T means = T.Create(mean),
                scales = T.Create(scale);
            int i = 0;
            for (; i <= width - T.Count; i += T.Count)
            {
                T gained = (T.Load(from + i) - means) * scales * T.Load(gains + i);
                T.Store(biases == null ? gained : gained + T.Load(biases + i), to + i);
            }
            for (; i < width; i++)
                to[i] = (from[i] - mean) * scale * gains[i] + (biases == null ? 0 : biases[i]);
        }
    }

    public override void Backward(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> gain,
        Span<float> gradient,
        Span<float> gainGradient,
        Span<float> biasGradient
    )
    {
        int width = x.Length;
        fixed (
            float* from = x,
                gains = gain,
                back = gradient,
                toGain = gainGradient,
                toBias = biasGradient
        )
        {
            float mean = MeanOf(from, width),
                scale = ScaleOf(from, mean, width);
            AddToWeights(from, mean, scale, back, toGain, toBias, width);
            var (ofGradient, ofProduct) = MeansOf(from, mean, scale, gains, back, width);
            T means = T.Create(mean),
                scales = T.Create(scale),
                firsts = T.Create(ofGradient),
                seconds = T.Create(ofProduct);
            int i = 0;
            for (; i <= width - T.Count; i += T.Count)
            {
                T n = (T.Load(from + i) - means) * scales;
                T.Store(scales * (T.Load(back + i) * T.Load(gains + i) - firsts - n * seconds), back + i);
            }
            for (; i < width; i++)
            {
                float n = (from[i] - mean) * scale;
                back[i] = scale * (back[i] * gains[i] - ofGradient - n * ofProduct);
            }
        }
    }

    // dgain += dy n, dbias += dy.
    private static void AddToWeights(float* x, float mean, float scale, float* back, float* toGain, float* toBias, int width)
    {
        T means = T.Create(mean),
            scales = T.Create(scale);
        int i = 0;
        for (; i <= width - T.Count; i += T.Count)
        {
            T n = (T.Load(x + i) - means) * scales;
            T.Store(T.MultiplyAdd(n, back + i, T.Load(toGain + i)), toGain + i);
            if (toBias != null)
                T.Store(T.Load(toBias + i) + T.Load(back + i), toBias + i);
        }
        for (; i < width; i++)
        {
            toGain[i] += (x[i] - mean) * scale * back[i];
            if (toBias != null)
                toBias[i] += back[i];
        }
    }

    // Of g = dy gain, the means of g, 0 where the mean is not subtracted, and of g n.
    private (float Gradient, float Product) MeansOf(float* x, float mean, float scale, float* gain, float* back, int width)
    {
        T means = T.Create(mean),
            gradients = T.Create(0),
            products = T.Create(0);
        int i = 0;
        for (; i <= width - T.Count; i += T.Count)
        {
            T g = T.Load(back + i) * T.Load(gain + i);
            gradients += g;
            products = T.MultiplyAdd(g, T.Load(x + i) - means, products);
        }
        float gradient = SumOf(gradients),
            product = SumOf(products);
        for (; i < width; i++)
        {
            float g = back[i] * gain[i];
            gradient += g;
            product += g * (x[i] - mean);
        }
        return (IsCentred ? gradient / width : 0, product * scale / width);
    }

    private float MeanOf(float* x, int width)
    {
        if (!IsCentred)
            return 0;
        T sums = T.Create(0);
        int i = 0;
        for (; i <= width - T.Count; i += T.Count)
            sums += T.Load(x + i);
        float sum = SumOf(sums);
        for (; i < width; i++)
            sum += x[i];
        return sum / width;
    }

    private float ScaleOf(float* x, float mean, int width)
    {
        T means = T.Create(mean),
            squares = T.Create(0);
        int i = 0;
        for (; i <= width - T.Count; i += T.Count)
        {
            T centred = T.Load(x + i) - means;
            squares = T.MultiplyAdd(centred, centred, squares);
        }
        float sum = SumOf(squares);
        for (; i < width; i++)
            sum += (x[i] - mean) * (x[i] - mean);
        return 1 / MathF.Sqrt(sum / width + Epsilon);
    }

    private static float SumOf(T lanes)
    {
        float* values = stackalloc float[T.Count];
        T.Store(lanes, values);
        float sum = 0;
        for (int lane = 0; lane < T.Count; lane++)
            sum += values[lane];
        return sum;
    }
}
