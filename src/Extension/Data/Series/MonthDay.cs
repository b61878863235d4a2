namespace RnnMlNet.Data.Series;

/// <summary>
/// The day of the month of a series' times: that day, or the last one of a shorter month, as <see cref="DateTime.AddMonths"/> gives it. A
/// time on the last day of its month is ambiguous: 28 February may mean the 28th of each month, or each month's last day; other times of
/// the series decide.
/// </summary>
/// <param name="Least">The lowest possible day.</param>
/// <param name="Most">The highest possible day: the same, or 31.</param>
internal readonly record struct MonthDay(int Least, int Most)
{
    /// <summary>Any day is possible.</summary>
    public static MonthDay Any { get; } = new(1, 31);

    /// <summary>The days that are possible given one time.</summary>
    public static MonthDay Of(DateTime time) =>
        new(time.Day, time.Day == DateTime.DaysInMonth(time.Year, time.Month) ? Any.Most : time.Day);

    /// <summary>The intersection of both; null where they contradict each other.</summary>
    public MonthDay? And(MonthDay other)
    {
        var both = new MonthDay(Math.Max(Least, other.Least), Math.Min(Most, other.Most));
        return both.Least <= both.Most ? both : null;
    }

    /// <summary>The day in a month; while ambiguous, the latest possible one.</summary>
    public int In(int year, int month) => Math.Min(Most, DateTime.DaysInMonth(year, month));
}
