using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The errors of simple forecasts on the training steps, in deviations of each series, which determine the default residual.
/// </summary>
/// <param name="Mean">Error of the window's mean.</param>
/// <param name="LastValue">Error of its last value.</param>
/// <param name="LastSeason">Error of the same position in its last season; infinite where the season is 1 or longer than the
/// window.</param>
internal sealed record NaiveErrors(double Mean, double LastValue, double LastSeason)
{
    private const int MostSeries = 200,
        MostOrigins = 50;

    /// <param name="series">The series.</param>
    /// <param name="counts">For each series the number of first steps that count.</param>
    /// <param name="window">L.</param>
    /// <param name="horizon">H.</param>
    /// <param name="season">Steps of a season.</param>
    public static NaiveErrors Of(IReadOnlyList<TimeSeries> series, IReadOnlyList<int> counts, int window, int horizon, int season)
    {
        SeriesUnits units = SeriesUnits.Learn(series, counts);
        double mean = 0,
            last = 0,
            seasonal = 0;
        for (int s = 0; s < series.Count; s += Math.Max(1, series.Count / MostSeries))
        for (int channel = 0; channel < series[s].TargetCount; channel++)
        {
            int origins = counts[s] - horizon - window + 1;
            for (int end = window; end < window + origins; end += Math.Max(1, origins / MostOrigins))
            {
                ReadOnlySpan<float> past = series[s].Targets(channel, end - window, window),
                    next = series[s].Targets(channel, end, horizon);
                double level = Average(past);
                for (int h = 0; h < horizon; h++)
                {
                    mean += Math.Abs(next[h] - level) / units.Values[s][channel];
                    last += Math.Abs((double)next[h] - past[^1]) / units.Values[s][channel];
                    if (season > 1 && season <= window)
                        seasonal += Math.Abs((double)next[h] - past[window - season + h % season]) / units.Values[s][channel];
                }
            }
        }
        return new NaiveErrors(mean, last, season > 1 && season <= window ? seasonal : double.PositiveInfinity);
    }

    /// <summary>The residual with the smallest error.</summary>
    public ForecastResidual Best() =>
        LastSeason < Better * Math.Min(Mean, LastValue) ? ForecastResidual.SeasonalNaive
        : LastValue < 0.8 * Mean ? ForecastResidual.LastValue
        : ForecastResidual.None;

    // The noise of a single season, or of a single value, is part of every forecast; the mean has none.
    private const double Better = 0.9;

    private static double Average(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum / values.Length;
    }
}
