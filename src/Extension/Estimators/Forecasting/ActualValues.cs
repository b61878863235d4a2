using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Actual values: those of a series that forecasts are compared with.</summary>
internal static class ActualValues
{
    /// <summary>The value of a step; NaN where it was missing.</summary>
    public static float At(TimeSeries series, int channel, int step) =>
        series.IsImputed(channel, step) ? float.NaN : series.Targets(channel, step, 1)[0];

    /// <summary>
    /// [C]: the mean absolute difference of values a season apart over the first steps: the error of the seasonal naive forecast. NaN where
    /// there are none.
    /// </summary>
    public static double[] Scales(TimeSeries series, int steps, int season) =>
        [.. Enumerable.Range(0, series.TargetCount).Select(channel => Scale(series, steps, season, channel))];

    private static double Scale(TimeSeries series, int steps, int season, int channel)
    {
        double sum = 0;
        long count = 0;
        for (int step = season; step < steps; step++)
        {
            double difference = Math.Abs((double)At(series, channel, step) - At(series, channel, step - season));
            if (!double.IsFinite(difference))
                continue;
            sum += difference;
            count++;
        }
        return sum / count;
    }
}
