namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Running sums over pairs of a forecast and the actual value.</summary>
internal sealed class PairSums
{
    private double _absolute,
        _squared,
        _percentage,
        _symmetric,
        _scaled;
    private double _mean,
        _spread;
    private double _pinball,
        _width;
    private long _scaledCount,
        _covered;

    /// <summary>Whether all sums are finite.</summary>
    public bool IsFinite =>
        double.IsFinite(_absolute + _squared + _percentage + _symmetric + _scaled + _mean + _spread + _pinball + _width);

    public long Count { get; private set; }

    /// <summary>Pairs without a target or a forecast.</summary>
    public long Skipped { get; private set; }

    /// <summary>Pairs whose target is 0, which has no percentage error.</summary>
    public long ZeroTargets { get; private set; }

    /// <summary>Pairs with both bounds.</summary>
    public long Intervals { get; private set; }

    public double MeanAbsoluteError => _absolute / Count;

    public double MeanSquaredError => _squared / Count;

    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>In percent.</summary>
    public double MeanAbsolutePercentageError => 100 * _percentage / (Count - ZeroTargets);

    /// <summary>In percent.</summary>
    public double SymmetricMeanAbsolutePercentageError => 200 * _symmetric / Count;

    public double MeanAbsoluteScaledError => _scaled / _scaledCount;

    /// <summary>NaN where the targets are constant.</summary>
    public double RelativeSquaredError => _spread > 0 ? Math.Sqrt(_squared / _spread) : double.NaN;

    public double PinballLoss => _pinball / Intervals;

    public double Coverage => (double)_covered / Intervals;

    public double MeanIntervalWidth => _width / Intervals;

    public void Skip() => Skipped++;

    /// <param name="target">The actual value.</param>
    /// <param name="forecast">The forecast.</param>
    /// <param name="scale">The naive forecast's mean absolute error on the same series; not above 0 where there is none.</param>
    public void Add(float target, float forecast, double scale)
    {
        double error = Math.Abs((double)forecast - target),
            size = Math.Abs((double)target);
        Count++;
        _absolute += error;
        _squared += error * error;
        if (size > 0)
            _percentage += error / size;
        else
            ZeroTargets++;
        // Where both are 0 the forecast is exact, and adds nothing.
        if (error > 0)
            _symmetric += error / (size + Math.Abs((double)forecast));
        if (scale > 0)
        {
            _scaled += error / scale;
            _scaledCount++;
        }
        double delta = target - _mean;
        _mean += delta / Count;
        _spread += delta * (target - _mean);
    }

    /// <summary>Adds the bounds of a pair.</summary>
    /// <param name="target">The actual value.</param>
    /// <param name="lower">Its lower bound.</param>
    /// <param name="upper">Its upper bound.</param>
    /// <param name="confidenceLevel">The nominal share of values between the bounds.</param>
    public void AddInterval(float target, float lower, float upper, double confidenceLevel)
    {
        Intervals++;
        _pinball += (Pinball(target, lower, (1 - confidenceLevel) / 2) + Pinball(target, upper, (1 + confidenceLevel) / 2)) / 2;
        _covered += target >= lower && target <= upper ? 1 : 0;
        _width += (double)upper - lower;
    }

    public void Merge(PairSums other)
    {
        if (other.Count > 0)
            MergeSpread(other);
        Count += other.Count;
        Skipped += other.Skipped;
        ZeroTargets += other.ZeroTargets;
        _absolute += other._absolute;
        _squared += other._squared;
        _percentage += other._percentage;
        _symmetric += other._symmetric;
        _scaled += other._scaled;
        _scaledCount += other._scaledCount;
        Intervals += other.Intervals;
        _pinball += other._pinball;
        _covered += other._covered;
        _width += other._width;
    }

    /// <summary>Combines mean and spread of the targets, as <see cref="Add"/> keeps them; other is not empty.</summary>
    private void MergeSpread(PairSums other)
    {
        double delta = other._mean - _mean,
            share = (double)other.Count / (Count + other.Count);
        _mean += delta * share;
        _spread += other._spread + delta * delta * share * Count;
    }

    /// <summary>Writes all sums.</summary>
    public void Write(BinaryWriter writer)
    {
        foreach (double sum in (double[])[_absolute, _squared, _percentage, _symmetric, _scaled, _mean, _spread, _pinball, _width])
            writer.Write(sum);
        foreach (long count in (long[])[Count, Skipped, ZeroTargets, Intervals, _scaledCount, _covered])
            writer.Write(count);
    }

    /// <summary>Reads the output of <see cref="Write"/>.</summary>
    public static PairSums Read(BinaryReader reader) =>
        new()
        {
            _absolute = reader.ReadDouble(),
            _squared = reader.ReadDouble(),
            _percentage = reader.ReadDouble(),
            _symmetric = reader.ReadDouble(),
            _scaled = reader.ReadDouble(),
            _mean = reader.ReadDouble(),
            _spread = reader.ReadDouble(),
            _pinball = reader.ReadDouble(),
            _width = reader.ReadDouble(),
            Count = reader.ReadInt64(),
            Skipped = reader.ReadInt64(),
            ZeroTargets = reader.ReadInt64(),
            Intervals = reader.ReadInt64(),
            _scaledCount = reader.ReadInt64(),
            _covered = reader.ReadInt64(),
        };

    private static double Pinball(double target, double bound, double quantile) =>
        target >= bound ? quantile * (target - bound) : (1 - quantile) * (bound - target);
}
