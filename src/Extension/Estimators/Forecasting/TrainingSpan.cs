using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The training windows of the series, and the held-out ones: those whose horizon is in the end of their series. No step of that end is the
/// target of a training window, or used for scaling.
/// </summary>
internal sealed class TrainingSpan
{
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="series">The series.</param>
    /// <param name="layout">The layout of windows.</param>
    /// <param name="validationFraction">Share of each series held out: its end, at least a horizon; 0 for nothing.</param>
    /// <exception cref="InvalidOperationException">No series is long enough.</exception>
    public TrainingSpan(IExceptionContext ectx, IReadOnlyList<KeyedSeries> series, WindowLayout layout, double validationFraction)
    {
        Series = series;
        Steps = [.. series.Select(one => one.Steps)];
        HasTail = validationFraction > 0;
        int reach = layout.LookBack;
        Tails = [.. Steps.Select(steps => HeldOutEnd.First(steps.Length, layout.Horizon, validationFraction))];
        TrainingEnds = [.. Tails.Select(tail => (reach, tail - layout.Horizon + 1))];
        AllEnds = [.. Steps.Select(steps => (reach, steps.Length - layout.Horizon + 1))];
        ValidationEnds = [.. Tails.Select((tail, s) => (Math.Max(reach, tail), Steps[s].Length - layout.Horizon + 1))];
        Check(ectx, layout, validationFraction);
    }

    public IReadOnlyList<KeyedSeries> Series { get; }

    public IReadOnlyList<TimeSeries> Steps { get; }

    /// <summary>For each series the first step of its held-out end.</summary>
    public int[] Tails { get; }

    /// <summary>Whether anything is held out.</summary>
    public bool HasTail { get; }

    /// <summary>For each series the steps after its training windows: the first, and the one after the last.</summary>
    public (int First, int Behind)[] TrainingEnds { get; }

    /// <summary>The same for the held-out windows.</summary>
    public (int First, int Behind)[] ValidationEnds { get; }

    /// <summary>The same for all windows, held out or not.</summary>
    public (int First, int Behind)[] AllEnds { get; }

    /// <summary>Number of non-overlapping horizons in the training steps, over all series and targets.</summary>
    public long HorizonsOf(WindowLayout layout) => Tails.Sum(tail => (long)tail / layout.Horizon) * layout.Targets;

    /// <summary>Whether a series is long enough to train on.</summary>
    public static bool IsLongEnough(IReadOnlyList<KeyedSeries> series, WindowLayout layout, double validationFraction) =>
        series.Any(one => HeldOutEnd.First(one.Steps.Length, layout.Horizon, validationFraction) - layout.Horizon >= layout.LookBack);

    private void Check(IExceptionContext ectx, WindowLayout layout, double fraction)
    {
        if (Steps.Count == 0)
            throw ectx.Except("There are no rows to train on.");
        if (TrainingEnds.Any(ends => ends.Behind > ends.First))
            return;
        throw new ShortSeries(Steps.Max(steps => steps.Length), layout, fraction).Error(ectx);
    }
}
