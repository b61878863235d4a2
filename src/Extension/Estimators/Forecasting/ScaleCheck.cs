using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Warns where the chosen normalisation divides all series by one deviation, relative to which some hardly vary.</summary>
internal static class ScaleCheck
{
    private const double Much = 1000;

    /// <param name="log">Receives the warning.</param>
    /// <param name="windows">The series, and the layout of their windows.</param>
    public static void Check(IChannel log, ForecastWindows windows)
    {
        if (windows.Settings.Normalization == WindowNormalization.MeanAndDeviation)
            return;
        for (int channel = 0; channel < windows.Layout.Targets; channel++)
            if (IsWarnedOf(log, windows, channel))
                return;
    }

    // A flat series has no deviation, and its forecast is its level whatever the divisor.
    private static bool IsWarnedOf(IChannel log, ForecastWindows windows, int channel)
    {
        TrainingSpan span = windows.Span;
        double[] own = [.. span.Steps.Select((steps, s) => SeriesUnits.Deviation(steps.Targets(channel, 0, span.Tails[s])))];
        double common = windows.Scaling.Targets.Deviation[channel],
            largest = Math.Max(common, own.Max());
        int[] small = [.. Enumerable.Range(0, own.Length).Where(s => own[s] > 0 && own[s] * Much < largest)];
        if (small.Length == 0)
            return false;
        int least = small.MinBy(s => own[s]);
        string which = span.Series[least].Key is { Length: > 0 } key ? $"series '{key}'" : "the series";
        log.Warning(
            $"Normalization is {windows.Settings.Normalization}, which divides all series by one deviation, "
                + FormattableString.Invariant(
                    $"{common:G3}. Of {small.Length} of the {own.Length} series the values vary more than {Much:N0} times less "
                )
                + FormattableString.Invariant(
                    $"than that or than those of another ({which}: {own[least]:G3}), so that the network reads them as flat: "
                )
                + "leave Normalization null, which divides each window by its own deviation, or train a model for series of each size."
        );
        return true;
    }
}
