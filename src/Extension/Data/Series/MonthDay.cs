namespace RnnMlNet.Data.Series;

/// <summary>
/// The day of the month that the times of a series lie on: that day, or a shorter month's last one, as <see cref="DateTime.AddMonths"/>
/// gives it. A time on the last day of its month leaves
/// it open: 28 February may be meant as the 28th of each month, or as each month's last day; other times of the series tell.
/// </summary>
/// <param name="Least">The least that it can be.</param>
/// <param name="Most">The most that it can be: the same, or 31.</param>
internal readonly record struct MonthDay(int Least, int Most)
{
    /// <summary>Nothing is known of it.</summary>
    public static MonthDay Any { get; } = new(1, 31);

    /// <summary>What a time says of it.</summary>
    public static MonthDay Of(DateTime time) =>
        new(time.Day, time.Day == DateTime.DaysInMonth(time.Year, time.Month) ? Any.Most : time.Day);

    /// <summary>What both say; null where they contradict each other.</summary>
    public MonthDay? And(MonthDay other)
    {
        var both = new MonthDay(Math.Max(Least, other.Least), Math.Min(Most, other.Most));
        return both.Least <= both.Most ? both : null;
    }

    /// <summary>The day in a month; while it is open, the latest that it can be.</summary>
    public int In(int year, int month) => Math.Min(Most, DateTime.DaysInMonth(year, month));
}
