namespace RnnMlNet.Data;

/// <summary>Learns mean and deviation from the training rows, by Welford's method in double precision.</summary>
internal static class ScalingLearner
{
    /// <summary>Per feature, over all steps of the rows.</summary>
    public static FeatureScaling Learn(SequenceSet set)
    {
        var columns = new RunningMoments(set.Store.Features);
        foreach (int row in set.Rows)
        {
            ReadOnlySpan<float> steps = set.Store.View(row).Steps;
            for (int start = 0; start < steps.Length; start += set.Store.Features)
                columns.Add(steps.Slice(start, set.Store.Features));
        }
        return columns.Scaling();
    }

    /// <summary>Per target, over the rows.</summary>
    public static FeatureScaling LearnLabels(SequenceSet set)
    {
        var columns = new RunningMoments(set.Store.LabelWidth);
        foreach (int row in set.Rows)
            columns.Add(set.Store.Label(row));
        return columns.Scaling();
    }

    private sealed class RunningMoments(int width)
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
}
