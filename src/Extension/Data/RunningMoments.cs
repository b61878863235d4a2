using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data;

/// <summary>
/// Mean and deviation of columns, without missing values, by Welford's method in double precision: it sums squared
/// distances from the running mean, and so keeps the digits of a small deviation beside a large mean.
/// </summary>
internal sealed class RunningMoments(int width)
{
    private readonly double[] _mean = new double[width];
    private readonly double[] _spread = new double[width];
    private readonly float[] _smallest = [.. Enumerable.Repeat(float.PositiveInfinity, width)];
    private readonly float[] _largest = [.. Enumerable.Repeat(float.NegativeInfinity, width)];
    private readonly long[] _count = new long[width];

    public void Add(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
                continue;
            double delta = values[i] - _mean[i];
            _mean[i] += delta / ++_count[i];
            _spread[i] += delta * (values[i] - _mean[i]);
            _smallest[i] = Math.Min(_smallest[i], values[i]);
            _largest[i] = Math.Max(_largest[i], values[i]);
        }
    }

    /// <summary>The means and deviations; the deviation of a column that is constant, or nearly 0 throughout, is 1.</summary>
    public FeatureScaling Scaling() => new([.. _mean.Select(mean => (float)mean)], [.. Enumerable.Range(0, width).Select(Deviation)]);

    // Division by a smaller deviation may give infinity.
    private const float SmallestNormal = 1.17549435e-38f;

    // Two adjacent single-precision values are one value, rounded in two ways.
    private float Deviation(int column)
    {
        if (_count[column] == 0 || _largest[column] <= MathF.BitIncrement(_smallest[column]))
            return 1;
        float deviation = (float)Math.Sqrt(_spread[column] / _count[column]);
        return deviation >= SmallestNormal ? deviation : 1;
    }
}
