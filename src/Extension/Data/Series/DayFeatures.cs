namespace RnnMlNet.Data.Series;

/// <summary>What a calendar's holidays and closed days are to the network: some values of each step, known in past and future.</summary>
internal sealed class DayFeatures
{
    /// <summary>Names of the values.</summary>
    public const string Holiday = "Holiday",
        ClosedDays = "ClosedDays";

    // Ascending, none twice.
    private readonly int[] _holidays;
    private readonly DayCalendar _open;
    private readonly bool _hasClosed;

    /// <param name="calendar">The calendar, which is not modified later.</param>
    public DayFeatures(SeriesCalendar calendar)
    {
        Calendar = calendar;
        _holidays = [.. calendar.Holidays.Select(day => day.Date.DayNumber).Distinct().Order()];
        _open = DayCalendar.All.Closing(calendar.ClosedWeekdays).Without(calendar.ClosedDays.Select(day => day.Date));
        _hasClosed = !_open.IsAll;
    }

    public SeriesCalendar Calendar { get; }

    /// <summary>Number of values of a step.</summary>
    public int Count => Names.Count();

    /// <summary>The values, in the order of <see cref="Write"/>.</summary>
    public IEnumerable<string> Names => [.. _holidays.Length > 0 ? [Holiday] : (string[])[], .. _hasClosed ? [ClosedDays] : (string[])[]];

    /// <summary>The last of its dates; null where only weekdays are closed.</summary>
    public DateOnly? Last => Calendar.Holidays.Concat(Calendar.ClosedDays).Select(day => (DateOnly?)day.Date).DefaultIfEmpty(null).Max();

    /// <summary>Writes the values of a step.</summary>
    /// <param name="day">The day of the step.</param>
    /// <param name="next">The day of the step after it.</param>
    /// <param name="skipsDays">Whether days between the two are closed, and not of the step.</param>
    /// <param name="numbers">[<see cref="Count"/>], overwritten.</param>
    public void Write(DateTime day, DateTime next, bool skipsDays, Span<float> numbers)
    {
        int first = DayCalendar.DayOf(day.Ticks),
            following = Math.Max(first + 1, DayCalendar.DayOf(next.Ticks));
        if (_holidays.Length > 0)
            numbers[0] = HolidaysBefore(skipsDays ? first + 1 : following) - HolidaysBefore(first);
        if (_hasClosed)
            numbers[^1] = following - first - _open.CountBetween(first, following);
    }

    private int HolidaysBefore(int day)
    {
        int place = Array.BinarySearch(_holidays, day);
        return place < 0 ? ~place : place;
    }
}
