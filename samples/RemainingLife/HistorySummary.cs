namespace Samples.RemainingLife;

/// <summary>
/// Features of a history for a model that cannot read sequences: its length and, for each sensor, the mean over the history, the mean over
/// the last week and the slope over the last month.
/// </summary>
internal static class HistorySummary
{
    public const int Size = 1 + 3 * PumpHistory.Sensors;

    public static float[] Of(float[] readings)
    {
        int days = readings.Length / PumpHistory.Sensors;
        var summary = new List<float> { days };
        for (int sensor = 0; sensor < PumpHistory.Sensors; sensor++)
        {
            float[] series = [.. Enumerable.Range(0, days).Select(day => readings[day * PumpHistory.Sensors + sensor])];
            summary.Add(series.Average());
            summary.Add(series.TakeLast(7).Average());
            summary.Add(Slope([.. series.TakeLast(30)]));
        }
        return [.. summary];
    }

    /// <summary>The slope of the least-squares line.</summary>
    private static float Slope(float[] series)
    {
        float middle = (series.Length - 1) / 2f,
            mean = series.Average();
        float covariance = 0,
            variance = 0;
        for (int day = 0; day < series.Length; day++)
        {
            covariance += (day - middle) * (series[day] - mean);
            variance += (day - middle) * (day - middle);
        }
        return variance > 0 ? covariance / variance : 0;
    }
}
