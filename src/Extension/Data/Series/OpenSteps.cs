using System.Collections.Concurrent;

namespace RnnMlNet.Data.Series;

/// <summary>Steps of hours, or of other equal parts of a day, without those of closed days. Days are by the grid's clock, over its changes
/// too.</summary>
internal static class OpenSteps
{
    private const long Day = TimeSpan.TicksPerDay;

    // Of each year the days that are not of 24 hours.
    private static readonly ConcurrentDictionary<(TimeZoneInfo Zone, int Year), int[]> _changes = new();

    private static int LastDay => DayCalendar.DayOf(DateTime.MaxValue.Ticks);

    /// <summary>Whether a grid's steps are parts of a day.</summary>
    public static bool AreOf(TimeGrid grid) =>
        grid is { Unit: StepUnit.Fixed, Kind: not TimeKind.Number } && grid.Step < Day && Day % grid.Step == 0;

    /// <summary>Number of steps from an origin to a time; null where the time is not on a step.</summary>
    public static long? Between(TimeGrid grid, long origin, long time)
    {
        if (!grid.IsOpen(time) || (time - origin) % grid.Step != 0)
            return null;
        return time >= origin ? Count(grid, origin, time) : -Count(grid, time, origin);
    }

    /// <summary>The time a number of steps after an origin; null where there is none.</summary>
    public static long? At(TimeGrid grid, long origin, long steps)
    {
        int first = DayOf(grid, origin);
        long perDay = Day / grid.Step;
        if (steps / perDay > LastDay)
            return null;
        int day = grid.Days.Add(first, steps / perDay);
        // A day of 23 or 25 hours, and a first day that is not whole, move it by a day or two.
        while (day > first && Before(grid, origin, first, day) > steps)
            day--;
        while (day < LastDay && Before(grid, origin, first, day + 1) <= steps)
            day++;
        long place = day == first ? 0 : Next(grid, origin, StartOf(grid, day));
        Int128 time = origin + (place + (Int128)steps - Before(grid, origin, first, day)) * grid.Step;
        return time <= DateTime.MaxValue.Ticks && grid.Days.IsOpen(day) ? (long)time : null;
    }

    /// <summary>The day of an instant by the grid's clock.</summary>
    public static int DayOf(TimeGrid grid, long instant) =>
        DayCalendar.DayOf(instant + (grid.Zone?.GetUtcOffset(Utc(instant)).Ticks ?? grid.ClockOffset));

    private static long Count(TimeGrid grid, long from, long to) =>
        (to - from) / grid.Step - Closed(grid, from, DayOf(grid, from), DayOf(grid, to));

    // Open steps from an origin on the first day to the beginning of another.
    private static long Before(TimeGrid grid, long origin, int first, int day) =>
        day == first ? 0 : Next(grid, origin, StartOf(grid, day)) - Closed(grid, origin, first, day);

    // The first step at or after an instant, closed ones counted.
    private static long Next(TimeGrid grid, long origin, long instant) =>
        (long)Int128.DivRem(instant - (Int128)origin + grid.Step - 1, grid.Step).Quotient;

    // Steps on closed days between two open ones.
    private static long Closed(TimeGrid grid, long origin, int first, int last)
    {
        long perDay = Day / grid.Step,
            closed = (last - first - (long)grid.Days.CountBetween(first, last)) * perDay;
        if (closed == 0 || grid.Zone is not TimeZoneInfo zone)
            return closed;
        for (int year = YearOf(first); year <= YearOf(last); year++)
            foreach (int day in _changes.GetOrAdd((zone, year), static key => Changes(key.Zone, key.Year)))
                if (day > first && day < last && !grid.Days.IsOpen(day))
                    closed += Next(grid, origin, StartOf(zone, day + 1)) - Next(grid, origin, StartOf(zone, day)) - perDay;
        return closed;
    }

    private static int[] Changes(TimeZoneInfo zone, int year)
    {
        int first = DayCalendar.DayOf(new DateTime(year, 1, 1).Ticks),
            last = Math.Min(LastDay - 1, DayCalendar.DayOf(new DateTime(year, 12, 31).Ticks));
        return [.. Enumerable.Range(first, last - first + 1).Where(day => StartOf(zone, day + 1) - StartOf(zone, day) != Day)];
    }

    private static int YearOf(int day) => new DateTime(Math.Clamp(day, 0, LastDay) * Day).Year;

    private static long StartOf(TimeGrid grid, int day) =>
        grid.Zone is TimeZoneInfo zone ? StartOf(zone, day) : day * Day - grid.ClockOffset;

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
