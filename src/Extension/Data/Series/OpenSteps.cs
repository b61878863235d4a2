using System.Collections.Concurrent;

namespace RnnMlNet.Data.Series;

/// <summary>Steps of hours, or of other equal parts of a day, without those of closed days.</summary>
/// <param name="Step">From one step to the next: ticks, a part of a day.</param>
/// <param name="Days">The open days.</param>
/// <param name="Zone">The clock of the days, over its changes too; null for one of a constant offset.</param>
/// <param name="ClockOffset">That offset: ticks.</param>
internal readonly record struct OpenSteps(long Step, DayCalendar Days, TimeZoneInfo? Zone, long ClockOffset)
{
    private const long Day = TimeSpan.TicksPerDay;

    // Of each year the days that are not of 24 hours.
    private static readonly ConcurrentDictionary<(TimeZoneInfo Zone, int Year), int[]> _changes = new();

    private static readonly DateTime _reference = new(2000, 1, 1);

    private static int LastDay => DayCalendar.DayOf(DateTime.MaxValue.Ticks);

    private long PerDay => Day / Step;

    /// <summary>Whether steps are equal parts of a day.</summary>
    public static bool AreOf(long step) => step is > 0 and < Day && Day % step == 0;

    /// <summary>Number of steps from an origin to a time; null where the time is not on a step.</summary>
    public long? Between(long origin, long time)
    {
        if (!IsOpen(time) || (time - origin) % Step != 0)
            return null;
        return time >= origin ? Count(origin, time) : -Count(time, origin);
    }

    /// <summary>The time a number of steps after an origin; null where there is none.</summary>
    public long? At(long origin, long steps)
    {
        int first = DayOf(origin);
        if (steps / PerDay > LastDay)
            return null;
        int day = Days.Add(first, steps / PerDay);
        // A day of 23 or 25 hours, and a first day that is not whole, move it by a day or two.
        while (day > first && Before(origin, first, day) > steps)
            day--;
        while (day < LastDay && Before(origin, first, day + 1) <= steps)
            day++;
        long place = day == first ? 0 : Next(origin, StartOf(day));
        Int128 time = origin + (place + (Int128)steps - Before(origin, first, day)) * Step;
        return time <= DateTime.MaxValue.Ticks && Days.IsOpen(day) ? (long)time : null;
    }

    /// <summary>The number of the step that a time is, counted from the first open day since 1 January 2000; 0 on a closed day.</summary>
    public long NumberOf(long time)
    {
        int day = DayCalendar.DayOf(_reference.Ticks);
        while (!Days.IsOpen(day) && day < LastDay)
            day++;
        long start = StartOf(day),
            after = (time - start) % Step;
        return Between(start + (after < 0 ? after + Step : after), time) ?? 0;
    }

    /// <summary>Whether an instant is on an open day.</summary>
    public bool IsOpen(long instant) => Days.IsOpen(DayOf(instant));

    private int DayOf(long instant) => DayCalendar.DayOf(instant + (Zone?.GetUtcOffset(Utc(instant)).Ticks ?? ClockOffset));

    private long Count(long from, long to) => (to - from) / Step - Closed(from, DayOf(from), DayOf(to));

    // Open steps from an origin on the first day to the beginning of another.
    private long Before(long origin, int first, int day) => day == first ? 0 : Next(origin, StartOf(day)) - Closed(origin, first, day);

    // The first step at or after an instant, closed ones counted.
    private long Next(long origin, long instant) => (long)((instant - (Int128)origin + Step - 1) / Step);

    // Steps on closed days between two open ones.
    private long Closed(long origin, int first, int last)
    {
        long closed = (last - first - (long)Days.CountBetween(first, last)) * PerDay;
        if (closed == 0 || Zone is not TimeZoneInfo zone)
            return closed;
        for (int year = YearOf(first); year <= YearOf(last); year++)
            foreach (int day in _changes.GetOrAdd((zone, year), static key => Changes(key.Zone, key.Year)))
                if (day > first && day < last && !Days.IsOpen(day))
                    closed += Next(origin, StartOf(zone, day + 1)) - Next(origin, StartOf(zone, day)) - PerDay;
        return closed;
    }

    private static int[] Changes(TimeZoneInfo zone, int year)
    {
        int first = DayCalendar.DayOf(new DateTime(year, 1, 1).Ticks),
            last = Math.Min(LastDay - 1, DayCalendar.DayOf(new DateTime(year, 12, 31).Ticks));
        return [.. Enumerable.Range(first, last - first + 1).Where(day => StartOf(zone, day + 1) - StartOf(zone, day) != Day)];
    }

    private static int YearOf(int day) => new DateTime(Math.Clamp(day, 0, LastDay) * Day).Year;

    private long StartOf(int day) => Zone is TimeZoneInfo zone ? StartOf(zone, day) : day * Day - ClockOffset;

    // A clock that is set forward at midnight skips it, one that is set back to midnight shows it twice.
    private static long StartOf(TimeZoneInfo zone, int day)
    {
        var midnight = new DateTime(day * Day);
        TimeSpan offset =
            zone.IsInvalidTime(midnight) ? zone.GetUtcOffset(midnight.AddHours(-3))
            : zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max()
            : zone.GetUtcOffset(midnight);
        return midnight.Ticks - offset.Ticks;
    }

    private static DateTime Utc(long ticks) => new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
}
