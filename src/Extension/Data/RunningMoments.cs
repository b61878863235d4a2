namespace RnnMlNet.Data;

/// <summary>Mean and deviation of columns of numbers, by Welford's method in double precision.</summary>
internal sealed class RunningMoments(int width)
{
    // A deviation this small beside the mean is rounding, not variation.
    private const double RelativeNothing = 1e-6;
    private readonly double[] _mean = new double[width];
    private readonly double[] _spread = new double[width];
    private long _count;

    public void Add(ReadOnlySpan<float> values)
    {
        _count++;
        for (int i = 0; i < values.Length; i++)
        {
            double delta = values[i] - _mean[i];
            _mean[i] += delta / _count;
            _spread[i] += delta * (values[i] - _mean[i]);
        }
    }

    public FeatureScaling Scaling() => new([.. _mean.Select(mean => (float)mean)], [.. _mean.Zip(_spread, Deviation)]);

    private float Deviation(double mean, double spread)
    {
        double deviation = _count == 0 ? 0 : Math.Sqrt(spread / _count);
        return deviation > RelativeNothing * Math.Abs(mean) && (float)deviation > 0 ? (float)deviation : 1f;
    }
}
