using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>Infers the equal steps of the times of some series, or checks the times against a given frequency.</summary>
/// <param name="ectx">Creates the errors.</param>
/// <param name="kind">The kind of times.</param>
/// <param name="columns">The series options.</param>
/// <param name="series">For each series its key and its times, ascending, none twice.</param>
internal sealed class TimeGridFinder(
    IExceptionContext ectx,
    TimeKind kind,
    SeriesColumns columns,
    IReadOnlyList<(string Key, RowTime[] Times)> series
)
{
    // Days of the week count as closed after this many free ones; a weekend after one.
    private const int LeastFreeDays = 4;

    // At nine imputed steps of ten, the shortest distance is a mistake.
    private const int MostStepsPerRow = 10;

    private static readonly long _shortestMonth = TimeSpan.FromDays(28).Ticks;

    private string Column => columns.Time!;

    /// <exception cref="InvalidOperationException">No steps fit: the times are irregular, no series has two rows, or rows are off the given
    /// steps.</exception>
    public TimeGrid Find()
    {
        TimeGrid grid = columns.Frequency is Frequency frequency ? Named(frequency) : Found();
        grid = grid with { Zone = columns.Zone };
        if ((columns.ClosedDays.Count > 0 || columns.ClosedWeekdays.Count > 0) && grid.CanClose)
            grid = WithoutClosedDays(grid);
        return grid.Unit == StepUnit.Months ? grid with { Day = DayOf(grid) } : grid;
    }

    private TimeGrid Named(Frequency frequency)
    {
        if (frequency.IsOfNumbers != (kind == TimeKind.Number))
            throw ectx.Except(
                $"Frequency is a step of {(frequency.IsOfNumbers ? "whole numbers" : "time")}, but the column '{Column}' "
                    + $"holds {(kind == TimeKind.Number ? "whole numbers" : "dates")}: "
                    + $"give {(kind == TimeKind.Number ? "a whole number, such as \"1\"" : "a step such as \"2 hours\"")}, or null to "
                    + $"have it "
                    + $"found."
            );
        return new TimeGrid(kind, frequency.Unit, frequency.Step) { Days = frequency.Days };
    }

    private TimeGrid Found()
    {
        long[] instants = Differences(time => time.Instant);
        if (instants.Length == 0)
            throw ectx.Except(
                $"No series has two rows, so the steps cannot be inferred from the time column '{Column}': give "
                    + $"longer series, or set Frequency."
            );
        bool areOfClock = kind != TimeKind.Number && AreOfClock();
        if (areOfClock && OfClock() is TimeGrid found)
            return found;
        var grid = new TimeGrid(kind, StepUnit.Fixed, instants.Min());
        return instants.All(difference => difference % grid.Step == 0) && !IsMostlyMadeUp(grid, instants)
            ? grid
            : throw Irregular(time => areOfClock ? time.Clock : time.Instant);
    }

    // Steps of days and more are clock steps: all rows of a series have the same time of day.
    private bool AreOfClock() =>
        series.All(one => Array.TrueForAll(one.Times, time => Daily.IsSameTimeOfDay(one.Times[0].Clock, time.Clock)));

    private TimeGrid Daily => new(kind, StepUnit.Days, 1) { Zone = columns.Zone };

    private TimeGrid? OfClock()
    {
        long[] differences =
        [
            .. series.SelectMany(one =>
                one.Times.Zip(
                    one.Times.Skip(1),
                    (earlier, later) => (long)(DayCalendar.DayOf(later.Clock) - DayCalendar.DayOf(earlier.Clock))
                )
            ),
        ];
        if (differences.Min() < 1)
            return null;
        if (differences.Min() * TimeSpan.TicksPerDay >= _shortestMonth && Months() is TimeGrid months)
            return months;
        if (differences.Min() == 1 && Weekdays() is DayCalendar weekdays)
            return Daily with { Days = weekdays };
        if (columns.ClosedWeekdays.Count > 0 && HasNeighbours(DayCalendar.All.Closing(columns.ClosedWeekdays)))
            return Daily;
        TimeGrid grid = Daily with { Step = differences.Min() };
        return differences.All(difference => difference % grid.Step == 0) && !IsMostlyMadeUp(grid, differences) ? grid : null;
    }

    // Whether two rows are one day apart but for closed days.
    private bool HasNeighbours(DayCalendar open) =>
        series.Any(one =>
            one.Times.Zip(one.Times.Skip(1))
                .Any(pair => open.CountBetween(DayCalendar.DayOf(pair.First.Clock), DayCalendar.DayOf(pair.Second.Clock)) == 1)
        );

    private TimeGrid? Months()
    {
        long step = series.Min(one =>
            one.Times.Zip(one.Times.Skip(1), (earlier, later) => TimeGrid.CalendarMonths(earlier.Clock, later.Clock))
                .DefaultIfEmpty(long.MaxValue)
                .Min()
        );
        if (step is 0 or long.MaxValue)
            return null;
        var grid = new TimeGrid(kind, StepUnit.Months, step) { Zone = columns.Zone };
        return series.All(one => OffGrid(grid, one.Times) is null) ? grid : null;
    }

    // The days of the week that have rows, where the others are always free: Saturday and Sunday once, other days several times.
    private DayCalendar? Weekdays()
    {
        int weekdays = series
            .SelectMany(one => one.Times)
            .Aggregate(0, (all, time) => all | DayCalendar.WeekdayOf(DayCalendar.DayOf(time.Clock)));
        var calendar = new DayCalendar(weekdays, []);
        if (calendar.IsAll || int.PopCount(weekdays) < 5)
            return null;
        var spans = series
            .Where(one => one.Times.Length > 0)
            .Select(one => (First: DayCalendar.DayOf(one.Times[0].Clock), Last: DayCalendar.DayOf(one.Times[^1].Clock)))
            .ToList();
        int open = spans.Sum(span => calendar.CountBetween(span.First, span.Last) + 1),
            rows = series.Sum(one => one.Times.Length);
        int least = weekdays == DayCalendar.Business.Weekdays ? 1 : LeastFreeDays;
        bool areFree = Enumerable
            .Range(0, 7)
            .Where(day => (weekdays & (1 << day)) == 0)
            .All(day => spans.Sum(span => new DayCalendar(1 << day, []).CountBetween(span.First, span.Last + 1)) >= least);
        return areFree && 2 * rows > open ? calendar : null;
    }

    private TimeGrid WithoutClosedDays(TimeGrid grid)
    {
        DayCalendar open = grid.Days.Closing(columns.ClosedWeekdays);
        if (open.Weekdays == 0)
            throw ectx.Except(
                $"The Calendar closes {string.Join(", ", columns.ClosedWeekdays)}, so that no day is left of the steps in the time column "
                    + $"'{Column}' ({grid.StepText}): take a day from ClosedWeekdays."
            );
        TimeGrid without = grid with
        {
            Days = open.Without(columns.ClosedDays.Select(day => day.Date)),
            ClockOffset = grid is { Kind: TimeKind.OffsetMoment, IsOfClock: false } ? ClockOffset() : 0,
        };
        foreach (var (key, times) in series)
        foreach (RowTime time in times)
            if (grid.IsOpen(grid.TimeOf(time)) && !without.IsOpen(grid.TimeOf(time)))
                throw ectx.Except(
                    $"{Name(key)} has a row at {TimeGrid.Text(kind, time)}, which is {ClosedText(new DateTime(time.Clock))}: leave the "
                        + $"row out, or take the day from them."
                );
        return without;
    }

    // Of instants to come nothing else says when their days begin.
    private long ClockOffset()
    {
        long[] offsets = [.. series.SelectMany(one => one.Times).Select(time => time.Offset).Distinct().Take(2)];
        return offsets.Length < 2
            ? offsets.FirstOrDefault()
            : throw ectx.Except(
                $"The Calendar has closed days, but the offsets in the time column '{Column}' change, as summer time makes them, so that "
                    + "it is not known when days to come begin: set TimeZone to the zone's name, such as \"Europe/Paris\"."
            );
    }

    private string ClosedText(DateTime time) =>
        columns.ClosedDays.FirstOrDefault(day => day.Date == DateOnly.FromDateTime(time)) is CalendarDay day
            ? $"one of the ClosedDays{(day.Name is null ? "" : $", {day.Name}")}"
            : $"a {time.DayOfWeek}, one of the ClosedWeekdays";

    // What all series together leave open, so that a new series of the model has a day as well.
    private MonthDay DayOf(TimeGrid grid)
    {
        MonthDay? all = MonthDay.Any;
        foreach (var (_, times) in series)
            if (times.Length > 0)
                all = all?.And(times.Aggregate(grid.OriginAt(times[0].Clock), (origin, time) => grid.Narrow(origin, time.Clock)).Day);
        return all ?? MonthDay.Any;
    }

    private static bool IsMostlyMadeUp(TimeGrid grid, long[] differences)
    {
        if (grid.Step == Usual(differences))
            return false;
        Int128 steps = 0;
        foreach (long difference in differences)
            steps += difference / grid.Step;
        return steps > (Int128)MostStepsPerRow * differences.Length;
    }

    private long[] Differences(Func<RowTime, long> of) =>
        [.. series.SelectMany(one => one.Times.Zip(one.Times.Skip(1), (earlier, later) => of(later) - of(earlier)))];

    private static long Usual(long[] differences) =>
        differences.GroupBy(difference => difference).OrderByDescending(same => same.Count()).ThenBy(same => same.Key).First().Key;

    private Exception Irregular(Func<RowTime, long> of)
    {
        long usual = Usual(Differences(of));
        // The shortest distance that does not fit has the row to correct at one of its ends.
        var (key, earlier, later) = series
            .SelectMany(one => one.Times.Zip(one.Times.Skip(1), (earlier, later) => (one.Key, Earlier: earlier, Later: later)))
            .Where(pair => (of(pair.Later) - of(pair.Earlier)) % usual != 0)
            .MinBy(pair => of(pair.Later) - of(pair.Earlier));
        return ectx.Except(
            $"The steps in the time column '{Column}' are irregular: mostly {TimeGrid.DifferenceText(kind, usual)}, but "
                + $"{TimeGrid.DifferenceText(kind, of(later) - of(earlier))} "
                + $"from {TimeGrid.Text(kind, earlier)} to "
                + $"{TimeGrid.Text(kind, later)}{(key.Length > 0 ? $" in the series '{key}'" : "")}. "
                + "Resample them to equal steps (months count as equal), for instance by the mean of each, or correct that "
                + "row; where rows are left "
                + "out, set Frequency to the step, such as \"2 hours\"; "
                + $"or set no time column, so that every row is one step.{(OffsetsDiffer ? $" {TimeGrid.ZoneSentence}" : "")}"
        );
    }

    private bool OffsetsDiffer =>
        kind == TimeKind.OffsetMoment && series.Any(one => one.Times.Any(time => time.Offset != one.Times[0].Offset));

    private static RowTime? OffGrid(TimeGrid grid, RowTime[] times)
    {
        if (times.Length == 0)
            return null;
        TimeOrigin origin = grid.OriginAt(grid.TimeOf(times[0]));
        foreach (RowTime time in times)
        {
            if (grid.StepsBetween(origin, grid.TimeOf(time)) is null)
                return time;
            origin = grid.Narrow(origin, grid.TimeOf(time));
        }
        return null;
    }

    private static string Name(string key) => key.Length > 0 ? $"The series '{key}'" : "The series";
}
