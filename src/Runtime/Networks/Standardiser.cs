using System.Numerics.Tensors;

namespace RnnMlNet.Runtime.Networks;

/// <summary>Applies a <see cref="FeatureScaling"/> to many steps at a time, with its values repeated to fill vectors.</summary>
internal sealed class Standardiser(FeatureScaling scaling)
{
    private const int LeastRun = 256;

    private readonly float[] _mean = Repeated(scaling.Mean);
    private readonly float[] _deviation = Repeated(scaling.Deviation);

    /// <summary>y = (x - Mean) / Deviation for steps of <see cref="FeatureScaling.Width"/> values.</summary>
    public void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int start = 0; start < x.Length; start += _mean.Length)
        {
            int count = Math.Min(_mean.Length, x.Length - start);
            Span<float> run = y.Slice(start, count);
            TensorPrimitives.Subtract(x.Slice(start, count), _mean.AsSpan(0, count), run);
            TensorPrimitives.Divide(run, _deviation.AsSpan(0, count), run);
        }
    }

    private static float[] Repeated(float[] values) =>
        [.. Enumerable.Repeat(values, (LeastRun + values.Length - 1) / values.Length).SelectMany(v => v)];
}
