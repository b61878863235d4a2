using System.Numerics;

namespace RnnMlNet.Data.Series;

/// <summary>The days that have a step: some days of each week, except closed ones. Days are counted from 1 January of the year 1, a
/// Monday.</summary>
/// <param name="Weekdays">A bit for each day of the week that has steps, Monday's the lowest.</param>
/// <param name="Closed">Other days without a step, ascending, each on one of the weekdays.</param>
internal sealed record DayCalendar(int Weekdays, IReadOnlyList<int> Closed)
{
    private const int Week = 7,
        EveryDay = 0b1111111,
        MondayToFriday = 0b0011111;

    /// <summary>All days.</summary>
    public static DayCalendar All { get; } = new(EveryDay, []);

    /// <summary>Monday to Friday.</summary>
    public static DayCalendar Business { get; } = new(MondayToFriday, []);

    public bool IsAll => Weekdays == EveryDay && Closed.Count == 0;

    /// <summary>The day of a time in ticks.</summary>
    public static int DayOf(long ticks) => (int)(ticks / TimeSpan.TicksPerDay);

    /// <summary>The bit of a day's weekday.</summary>
    public static int WeekdayOf(int day) => 1 << day % Week;

    /// <summary>The calendar with more days of every week closed.</summary>
    public DayCalendar Closing(IEnumerable<DayOfWeek> weekdays)
    {
        int closed = weekdays.Aggregate(0, (all, day) => all | (1 << ((int)day + Week - 1) % Week));
        int open = Weekdays & ~closed;
        return new DayCalendar(open, [.. Closed.Where(day => (open & WeekdayOf(day)) != 0)]);
    }

    /// <summary>The calendar with more closed days; those that have no step anyway are ignored.</summary>
    public DayCalendar Without(IEnumerable<DateOnly> days) =>
        this with
        {
            Closed =
            [
                .. Closed.Concat(days.Select(day => day.DayNumber)).Where(day => (Weekdays & WeekdayOf(day)) != 0).Distinct().Order(),
            ],
        };

    /// <summary>Whether a day has a step.</summary>
    public bool IsOpen(int day) => (Weekdays & WeekdayOf(day)) != 0 && ClosedBefore(day + 1) == ClosedBefore(day);

    /// <summary>Number of days with a step from one day up to the day before another, which is not earlier.</summary>
    public int CountBetween(int from, int to) => (int)(OpenBefore(to) - OpenBefore(from));

    /// <summary>Whether there are that many open days from a day up to the last day of the year 9999, both included.</summary>
    public bool HasFrom(int day, long count) => OpenBefore(DayOf(DateTime.MaxValue.Ticks) + 1L) - OpenBefore(day) >= count;

    /// <summary>The day that is a number of open days after an open day, at most the last day of the year 9999.</summary>
    public int Add(int day, long steps)
    {
        if (!HasFrom(day, steps + 1))
            return DayOf(DateTime.MaxValue.Ticks);
        long target = OpenBefore(day) + steps;
        long low = day,
            high = day + (steps + Closed.Count + Week) * Week;
        while (low < high)
        {
            long middle = (low + high) / 2;
            if (OpenBefore(middle + 1) > target)
                high = middle;
            else
                low = middle + 1;
        }
        return (int)low;
    }

    /// <summary>The weekdays as text.</summary>
    public string Text =>
        Weekdays switch
        {
            EveryDay => "day",
            MondayToFriday => "business day",
            _ => $"day ({string.Join(", ", Enumerable.Range(0, Week).Where(day => (Weekdays & WeekdayOf(day)) != 0).Select(NameOf))})",
        };

    /// <summary>Whether the calendar is valid: it has a weekday, and closed days are ascending and on its weekdays.</summary>
    public bool IsSound =>
        Weekdays is > 0 and <= EveryDay
        && Closed.All(day => day >= 0 && day <= DayOf(DateTime.MaxValue.Ticks) && (Weekdays & WeekdayOf(day)) != 0)
        && Closed.Zip(Closed.Skip(1)).All(pair => pair.First < pair.Second);

    private static string NameOf(int weekday) => ((DayOfWeek)((weekday + 1) % Week)).ToString();

    private long OpenBefore(long day)
    {
        int ofLastWeek = Weekdays & ((1 << (int)(day % Week)) - 1);
        return day / Week * BitOperations.PopCount((uint)Weekdays) + BitOperations.PopCount((uint)ofLastWeek) - ClosedBefore(day);
    }

    private int ClosedBefore(long day)
    {
        int low = 0,
            high = Closed.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Closed[middle] < day)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
