using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Which windows of the series are trained on, and which are held out: those whose horizon lies in the end of their series. No step of that
/// end is the target of a window that is trained on, nor does its scaling come from there.
/// </summary>
internal sealed class TrainingSpan
{
    /// <param name="ectx">Whose the errors are.</param>
    /// <param name="series">The series.</param>
    /// <param name="layout">How windows are read.</param>
    /// <param name="validationFraction">Share of each series held out: its end, of a horizon's length at least; 0 for nothing.</param>
    /// <exception cref="InvalidOperationException">No series is long enough.</exception>
    public TrainingSpan(IExceptionContext ectx, IReadOnlyList<KeyedSeries> series, WindowLayout layout, double validationFraction)
    {
        Series = series;
        Steps = [.. series.Select(one => one.Steps)];
        HasTail = validationFraction > 0;
        int reach = layout.LookBack;
        Tails = [.. Steps.Select(steps => Tail(steps.Length, layout.Horizon, validationFraction))];
        TrainingEnds = [.. Tails.Select(tail => (reach, tail - layout.Horizon + 1))];
        AllEnds = [.. Steps.Select(steps => (reach, steps.Length - layout.Horizon + 1))];
        ValidationEnds = [.. Tails.Select((tail, s) => (Math.Max(reach, tail), Steps[s].Length - layout.Horizon + 1))];
        Check(ectx, layout, validationFraction);
    }

    public IReadOnlyList<KeyedSeries> Series { get; }

    public IReadOnlyList<TimeSeries> Steps { get; }

    /// <summary>Of each series the step that its held out end begins with.</summary>
    public int[] Tails { get; }

    /// <summary>Whether anything is held out.</summary>
    public bool HasTail { get; }

    /// <summary>Of each series the steps after the windows to train on: the first, and the one behind the last.</summary>
    public (int First, int Behind)[] TrainingEnds { get; }

    /// <summary>The same of the windows held out.</summary>
    public (int First, int Behind)[] ValidationEnds { get; }

    /// <summary>The same of all windows, held out or not.</summary>
    public (int First, int Behind)[] AllEnds { get; }

    /// <summary>The step that the held-out end of a series begins with.</summary>
    public static int Tail(int length, int horizon, double fraction) =>
        fraction == 0 ? length : Math.Max(0, length - Math.Max(horizon, (int)Math.Ceiling(fraction * length)));

    /// <summary>Whether a series is long enough to train on.</summary>
    public static bool IsLongEnough(IReadOnlyList<KeyedSeries> series, WindowLayout layout, double validationFraction) =>
        series.Any(one => Tail(one.Steps.Length, layout.Horizon, validationFraction) - layout.Horizon >= layout.LookBack);

    private void Check(IExceptionContext ectx, WindowLayout layout, double fraction)
    {
        if (Steps.Count == 0)
            throw ectx.Except("There are no rows to train on.");
        if (TrainingEnds.Any(ends => ends.Behind > ends.First))
            return;
        throw new ShortSeries(Steps.Max(steps => steps.Length), layout, fraction).Error(ectx);
    }
}
