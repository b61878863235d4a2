using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The error for series that are all too short to be trained on: the required length, and the options that help.</summary>
/// <param name="longest">Steps of the longest series.</param>
/// <param name="layout">The layout of windows.</param>
/// <param name="fraction">Share of each series that is held out.</param>
internal sealed class ShortSeries(int longest, WindowLayout layout, double fraction)
{
    /// <summary>The shortest window that a forecaster reads.</summary>
    public const int ShortestWindow = 2;

    private const string Mark = "RnnMlNet.ShortSeries";

    /// <summary>Whether an exception reports series that are too short.</summary>
    public static bool IsCauseOf(Exception e) => e.Data.Contains(Mark);

    /// <summary>The error.</summary>
    public Exception Error(IExceptionContext ectx)
    {
        string held =
            fraction == 0
                ? ""
                : FormattableString.Invariant(
                    $", after which {fraction:0.##} of the series (a horizon at least) is held out for validation"
                );
        Exception error = ectx.Except(
            $"No series is long enough to train on: the longest has {longest} steps, and {Needed()} are needed: "
                + $"a window of {layout.LookBack} with a horizon of {layout.Horizon} takes {layout.LookBack + layout.Horizon}{held}. "
                + $"{WhatToDo()}."
        );
        error.Data[Mark] = true;
        return error;
    }

    private string WhatToDo()
    {
        List<string> settings = [.. Shorter()];
        if (LargestHorizon() is int horizon)
            settings.Add($"Horizon to {horizon}{(horizon > 1 ? " or less" : "")}");
        if (fraction > 0 && longest - layout.Horizon >= layout.LookBack)
            settings.Add("ValidationFraction to 0");
        return $"Give longer series{(settings.Count == 0 ? "" : $", or set {string.Join(", or ", settings)}")}";
    }

    // Options that shorten the look-back; none where it is minimal.
    private IEnumerable<string> Shorter()
    {
        if (layout.Window > ShortestWindow)
            yield return "a smaller WindowSize";
        if (layout.LookBack > layout.Window)
            yield return "a smaller SeasonLength";
    }

    private int Needed()
    {
        int steps = layout.LookBack + layout.Horizon;
        while (Trained(steps, layout.Horizon) < layout.LookBack)
            steps++;
        return steps;
    }

    // With the shortest window; null where even one step is too many.
    private int? LargestHorizon()
    {
        int horizon = layout.Horizon - 1;
        while (horizon > 0 && Trained(longest, horizon) < Math.Min(layout.LookBack, ShortestWindow))
            horizon--;
        return horizon > 0 ? horizon : null;
    }

    // Steps before the last horizon that is trained on.
    private int Trained(int length, int horizon) => HeldOutEnd.First(length, horizon, fraction) - horizon;
}
