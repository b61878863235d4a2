namespace RnnMlNet.Data.Series;

/// <summary>What a calendar's holidays and closed days are to the network: some values of each step, known in past and future.</summary>
internal sealed class DayFeatures
{
    /// <summary>Names of the values.</summary>
    public const string Holiday = "Holiday",
        ClosedDays = "ClosedDays",
        DaysToNext = "DaysToNext",
        DaysSinceLast = "DaysSinceLast";

    /// <summary>The most days to the next or since the last day that is counted.</summary>
    public const int Farthest = 7;

    // Ascending, none twice.
    private readonly int[] _holidays,
        _special;
    private readonly DayCalendar _open;
    private readonly bool _hasClosed;

    /// <param name="calendar">The calendar, which is not modified later.</param>
    public DayFeatures(SeriesCalendar calendar)
    {
        Calendar = calendar;
        _holidays = Days(calendar.Holidays);
        _special = Days(calendar.Holidays.Concat(calendar.ClosedDays));
        _open = DayCalendar.All.Closing(calendar.ClosedWeekdays).Without(calendar.ClosedDays.Select(day => day.Date));
        _hasClosed = !_open.IsAll;
    }

    public SeriesCalendar Calendar { get; }

    /// <summary>Number of values of a step.</summary>
    public int Count => Names.Count();

    /// <summary>The values, in the order of <see cref="Write"/>.</summary>
    public IEnumerable<string> Names =>
        [
            .. _holidays.Length > 0 ? [Holiday] : (string[])[],
            .. _hasClosed ? [ClosedDays] : (string[])[],
            .. _special.Length > 0 ? [DaysToNext, DaysSinceLast] : (string[])[],
        ];

    /// <summary>The last of its dates; null where only weekdays are closed.</summary>
    public DateOnly? Last => _special.Length == 0 ? null : DateOnly.FromDayNumber(_special[^1]);

    /// <summary>Writes the values of a step.</summary>
    /// <param name="day">The day of the step.</param>
    /// <param name="next">The day of the step after it.</param>
    /// <param name="skipsDays">Whether days between the two are closed, and not of the step.</param>
    /// <param name="numbers">[<see cref="Count"/>], overwritten.</param>
    public void Write(DateTime day, DateTime next, bool skipsDays, Span<float> numbers)
    {
        int first = DayCalendar.DayOf(day.Ticks),
            following = Math.Max(first + 1, DayCalendar.DayOf(next.Ticks)),
            behind = skipsDays ? first + 1 : following,
            place = 0;
        if (_holidays.Length > 0)
            numbers[place++] = Before(_holidays, behind) - Before(_holidays, first);
        if (_hasClosed)
            numbers[place++] = following - first - _open.CountBetween(first, following);
        if (_special.Length == 0)
            return;
        int after = Before(_special, behind),
            before = Before(_special, first) - 1;
        numbers[place++] = after < _special.Length ? Math.Min(Farthest, _special[after] - behind + 1) : Farthest;
        numbers[place] = before >= 0 ? Math.Min(Farthest, first - _special[before]) : Farthest;
    }

    private static int[] Days(IEnumerable<CalendarDay> days) => [.. days.Select(day => day.Date.DayNumber).Distinct().Order()];

    private static int Before(int[] days, int day)
    {
        int place = Array.BinarySearch(days, day);
        return place < 0 ? ~place : place;
    }
}
