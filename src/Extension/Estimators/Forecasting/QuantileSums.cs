using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Running sums over pairs of forecast quantiles and the actual value.</summary>
/// <param name="levels">The levels, ascending.</param>
internal sealed class QuantileSums(float[] levels)
{
    private readonly double[] _losses = new double[levels.Length];
    private readonly long[] _covered = new long[levels.Length];
    private double _sizes;

    public long Count { get; private set; }

    /// <summary>Pairs without a target or a quantile.</summary>
    public long Skipped { get; private set; }

    /// <summary>Compares the forecasts of one step of a series with the steps after it, as far as there are any.</summary>
    /// <param name="series">The series.</param>
    /// <param name="at">The step.</param>
    /// <param name="horizon">Steps of the forecasts.</param>
    /// <param name="quantiles">[C, horizon, levels].</param>
    /// <param name="wholeHorizonOnly">Whether forecasts count only where the series continues for all of their steps.</param>
    public void Add(TimeSeries series, int at, int horizon, ReadOnlySpan<float> quantiles, bool wholeHorizonOnly)
    {
        int steps = Math.Min(horizon, series.Length - 1 - at);
        if (wholeHorizonOnly && steps < horizon)
            return;
        for (int channel = 0; channel < series.TargetCount; channel++)
        for (int step = 0; step < steps; step++)
            Add(
                ActualValues.At(series, channel, at + 1 + step),
                quantiles.Slice((channel * horizon + step) * levels.Length, levels.Length)
            );
    }

    /// <summary>The metrics of each level.</summary>
    public IReadOnlyList<QuantileLevelMetrics> Levels() =>
        [
            .. levels.Select(
                (level, q) =>
                    new QuantileLevelMetrics
                    {
                        Level = level,
                        QuantileLoss = _losses[q] / Count,
                        WeightedQuantileLoss = _sizes > 0 ? 2 * _losses[q] / _sizes : double.NaN,
                        Coverage = (double)_covered[q] / Count,
                    }
            ),
        ];

    private void Add(float target, ReadOnlySpan<float> quantiles)
    {
        bool isKnown = float.IsFinite(target);
        foreach (float quantile in quantiles)
            isKnown &= float.IsFinite(quantile);
        if (!isKnown)
        {
            Skipped++;
            return;
        }
        Count++;
        _sizes += Math.Abs((double)target);
        for (int q = 0; q < levels.Length; q++)
        {
            double error = (double)target - quantiles[q];
            _losses[q] += Math.Max(levels[q] * error, (levels[q] - 1) * error);
            if (error <= 0)
                _covered[q]++;
        }
    }
}
