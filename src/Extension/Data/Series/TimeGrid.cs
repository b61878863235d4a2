using System.Globalization;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>What a series' times are.</summary>
internal enum TimeKind
{
    /// <summary>Whole numbers.</summary>
    Number,

    /// <summary>Ticks of moments.</summary>
    Moment,
}

/// <summary>The equal steps in which the times of all series advance.</summary>
/// <param name="Kind">What the times are.</param>
/// <param name="Step">From one step to the next: ticks, numbers or months.</param>
/// <param name="IsMonths">Whether steps are whole months, which are not equally long.</param>
internal sealed record TimeGrid(TimeKind Kind, long Step, bool IsMonths)
{
    private static readonly long _shortestMonth = TimeSpan.FromDays(28).Ticks;

    /// <summary>The steps that some series advance in.</summary>
    /// <param name="ectx">Whose the errors are.</param>
    /// <param name="kind">What the times are.</param>
    /// <param name="times">Of each series its times, ascending, none twice.</param>
    /// <param name="column">The times' column, for messages.</param>
    /// <exception cref="InvalidOperationException">They advance in none: the steps are irregular, or no series has two.</exception>
    public static TimeGrid Infer(IExceptionContext ectx, TimeKind kind, IReadOnlyList<long[]> times, string column)
    {
        long[] differences = [.. times.SelectMany(series => series.Skip(1).Zip(series, (later, earlier) => later - earlier))];
        if (differences.Length == 0)
            throw ectx.Except($"No series has two rows, so nothing says how far apart steps are in the time column '{column}': give longer series.");
        long shortest = differences.Min();
        if (kind == TimeKind.Moment && shortest >= _shortestMonth && Months(times) is TimeGrid months)
            return months;
        var grid = new TimeGrid(kind, shortest, IsMonths: false);
        return differences.All(difference => difference % shortest == 0) ? grid : throw Irregular(ectx, kind, times, differences, column);
    }

    /// <summary>How many steps a time lies behind another; null where it does not lie on a step.</summary>
    public long? StepsBetween(long origin, long time)
    {
        if (!IsMonths)
            return (time - origin) % Step == 0 ? (time - origin) / Step : null;
        long months = MonthsBetween(origin, time);
        return months % Step == 0 && IsSameDay(origin, time) ? months / Step : null;
    }

    /// <summary>The time that lies some steps behind another.</summary>
    public long TimeAt(long origin, long steps)
    {
        if (!IsMonths)
            return origin + steps * Step;
        var from = new DateTime(origin);
        DateTime to = from.AddMonths((int)(steps * Step));
        return IsMonthEnd(from) ? to.AddDays(DateTime.DaysInMonth(to.Year, to.Month) - to.Day).Ticks : to.Ticks;
    }

    /// <summary>A time in words.</summary>
    public string Text(long time) => Text(Kind, time);

    /// <summary>A step in words.</summary>
    public string StepText => IsMonths ? $"{Step} month{(Step == 1 ? "" : "s")}" : DifferenceText(Kind, Step);

    /// <summary>A time in words.</summary>
    public static string Text(TimeKind kind, long time) =>
        kind == TimeKind.Moment ? new DateTime(time).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : time.ToString(CultureInfo.InvariantCulture);

    private static TimeGrid? Months(IReadOnlyList<long[]> times)
    {
        long step = times.Min(series => series.Skip(1).Zip(series, (later, earlier) => MonthsBetween(earlier, later)).DefaultIfEmpty(long.MaxValue).Min());
        if (step is 0 or long.MaxValue)
            return null;
        var grid = new TimeGrid(TimeKind.Moment, step, IsMonths: true);
        return times.All(series => series.All(time => grid.StepsBetween(series[0], time) is not null)) ? grid : null;
    }

    private static long MonthsBetween(long earlier, long later)
    {
        DateTime from = new(earlier), to = new(later);
        return (to.Year - from.Year) * 12L + to.Month - from.Month;
    }

    private static bool IsSameDay(long one, long other)
    {
        DateTime first = new(one), second = new(other);
        return first.TimeOfDay == second.TimeOfDay && (first.Day == second.Day || (IsMonthEnd(first) && IsMonthEnd(second)));
    }

    private static bool IsMonthEnd(DateTime time) => time.Day == DateTime.DaysInMonth(time.Year, time.Month);

    private static Exception Irregular(IExceptionContext ectx, TimeKind kind, IReadOnlyList<long[]> times, long[] differences, string column)
    {
        long usual = differences.GroupBy(difference => difference).OrderByDescending(same => same.Count()).ThenBy(same => same.Key).First().Key;
        var (earlier, later) = times.SelectMany(series => series.Zip(series.Skip(1))).First(pair => (pair.Second - pair.First) % usual != 0);
        return ectx.Except(
            $"The steps in the time column '{column}' are irregular: mostly {DifferenceText(kind, usual)}, but {DifferenceText(kind, later - earlier)} from {Text(kind, earlier)} to {Text(kind, later)}. " +
            "Bring them to equal steps (months count as equal), for instance by the mean of each; or name no time column, and every row counts as one step.");
    }

    private static string DifferenceText(TimeKind kind, long difference) =>
        kind == TimeKind.Moment ? TimeSpan.FromTicks(difference).ToString("c", CultureInfo.InvariantCulture) : difference.ToString(CultureInfo.InvariantCulture);
}
