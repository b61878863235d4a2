using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Series;

/// <summary>Steps of parts of a day skip closed days: by counting all instants, over the changes of clocks.</summary>
[TestFixture]
internal sealed class OpenStepsTests
{
    private readonly Microsoft.ML.Runtime.IExceptionContext _ectx = new TestHost().Host;

    private static readonly DateTime _start = new(2024, 1, 1);

    private static TimeGrid Grid(string? zone, long step, DayCalendar days, TimeKind kind = TimeKind.Moment) =>
        new(zone is null ? kind : TimeKind.ZonedMoment, StepUnit.Fixed, step)
        {
            Zone = zone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(zone),
            Days = days,
        };

    private static DateTime ClockOf(TimeGrid grid, long instant) =>
        grid.Zone is TimeZoneInfo zone
            ? TimeZoneInfo.ConvertTimeFromUtc(new DateTime(instant, DateTimeKind.Utc), zone)
            : new DateTime(instant + grid.ClockOffset);

    private static DayCalendar Drawn(Random random)
    {
        // Sundays are when most clocks change.
        DayOfWeek[] weekdays = [DayOfWeek.Sunday, (DayOfWeek)random.Next(1, 7)];
        DateOnly[] days = [.. Enumerable.Range(0, 60).Select(_ => new DateOnly(2024, 1, 1).AddDays(random.Next(700)))];
        return DayCalendar.All.Closing(weekdays[..(1 + random.Next(2))]).Without([.. days, new(2024, 4, 25), new(2024, 4, 26)]);
    }

    [Test]
    public void Steps_are_the_instants_of_open_days(
        [Values(null, "Europe/Paris", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kolkata")] string? zone,
        [Values(15, 60, 360, 720)] int minutes,
        [Values(1, 2)] int seed
    )
    {
        var random = new Random(seed);
        TimeGrid grid = Grid(zone, TimeSpan.FromMinutes(minutes).Ticks, Drawn(random));
        Assert.That(grid.IsSound);
        bool IsOpen(long time) => grid.Days.IsOpen(DayCalendar.DayOf(ClockOf(grid, time).Ticks));
        long[] all = [.. Enumerable.Range(0, 600 * 24 * 60 / minutes).Select(step => _start.AddMinutes(7 + (double)step * minutes).Ticks)];
        long[] open = [.. all.SkipWhile(time => !IsOpen(time)).Where(IsOpen)];
        TimeOrigin origin = grid.OriginAt(open[0]);
        int stride = Math.Max(1, 120 / minutes);
        for (int step = 0; step < open.Length; step += step < 1000 ? 1 : stride)
        {
            Assert.That(grid.TimeAt(origin, step), Is.EqualTo(open[step]), $"step {step}");
            Assert.That(grid.StepsBetween(origin, open[step]), Is.EqualTo(step), $"{new DateTime(open[step])}");
            Assert.That(grid.NumberOf(open[step]), Is.EqualTo(grid.NumberOf(open[0]) + step), $"{new DateTime(open[step])}");
        }
        int middle = open.Length / 2;
        foreach (int step in (int[])[0, 1, middle - 1, middle, open.Length - 1])
            Assert.That(grid.StepsBetween(grid.OriginAt(open[middle]), open[step]), Is.EqualTo(step - middle));
        foreach (long time in all.Where(time => !IsOpen(time)).Take(3000))
            Assert.That((grid.IsOpen(time), grid.StepsBetween(origin, time)), Is.EqualTo((false, (long?)null)));
        Assert.That(grid.StepsBetween(origin, open[5] + 1), Is.Null);
    }

    [Test]
    public void Times_end_with_the_year_9999([Values(null, "Europe/Paris")] string? zone)
    {
        // The 31st is a Friday.
        TimeGrid grid = Grid(zone, TimeSpan.TicksPerHour, DayCalendar.Business);
        TimeOrigin origin = grid.OriginAt(new DateTime(9999, 12, 27, 12, 0, 0).Ticks);
        Assert.That((grid.HasTimeAt(origin, 107), grid.HasTimeAt(origin, 108)), Is.EqualTo((true, false)));
        Assert.That(new DateTime(grid.TimeAt(origin, 107)), Is.EqualTo(new DateTime(9999, 12, 31, 23, 0, 0)));
        foreach (long steps in (long[])[108, int.MaxValue, long.MaxValue - 1])
            Assert.That(new DateTime(grid.TimeAt(origin, steps)), Is.EqualTo(DateTime.MaxValue), $"{steps} steps");
    }

    [TestCase(1, true)]
    [TestCase(8, true)]
    [TestCase(7, false)]
    [TestCase(24, false)]
    public void Only_equal_parts_of_a_day_skip_days(int hours, bool isSound) =>
        Assert.That(Grid(null, TimeSpan.FromHours(hours).Ticks, DayCalendar.Business).IsSound, Is.EqualTo(isSound));

    [Test]
    public void Numbers_have_no_days() =>
        Assert.That(Grid(null, TimeSpan.TicksPerHour, DayCalendar.Business, TimeKind.Number).IsSound, Is.False);

    private TimeGrid Find(TimeKind kind, IEnumerable<RowTime> times, SeriesCalendar calendar)
    {
        var columns = new SeriesColumns([], [], [], null, "When")
        {
            ClosedDays = calendar.ClosedDays,
            ClosedWeekdays = calendar.ClosedWeekdays,
        };
        return new TimeGridFinder(_ectx, kind, columns, [("", [.. times])]).Find();
    }

    private static IEnumerable<DateTime> Hours(int count) => Enumerable.Range(0, count).Select(hour => _start.AddHours(hour));

    private static readonly SeriesCalendar _calendar = new()
    {
        ClosedDays = [new CalendarDay(new(2024, 1, 3), "Ascension")],
        ClosedWeekdays = [DayOfWeek.Sunday],
    };

    [Test]
    public void A_calendar_closes_days_of_hours_and_a_row_on_one_is_refused()
    {
        IEnumerable<RowTime> Times(Func<DateTime, bool> isOpen) => Hours(240).Where(isOpen).Select(time => new RowTime(time.Ticks));
        TimeGrid grid = Find(TimeKind.Moment, Times(time => time.DayOfWeek != DayOfWeek.Sunday && time.Day != 3), _calendar);
        Assert.That(grid.StepText, Is.EqualTo("01:00:00 of a day (Monday, Tuesday, Wednesday, Thursday, Friday, Saturday)"));
        Assert.That(grid.StepsBetween(grid.OriginAt(_start.Ticks), _start.AddDays(7).Ticks), Is.EqualTo(5 * 24));
        Refused.Operation(
            () => Find(TimeKind.Moment, Times(time => time.Day != 3), _calendar),
            "The series has a row at 2024-01-07 00:00:00, which is a Sunday, one of the ClosedWeekdays: leave the row out, or take the day "
                + "from them."
        );
        Refused.Operation(
            () => Find(TimeKind.Moment, Times(time => time.DayOfWeek != DayOfWeek.Sunday), _calendar),
            "The series has a row at 2024-01-03 00:00:00, which is one of the ClosedDays, Ascension: leave the row out"
        );
    }

    [Test]
    public void Times_with_offsets_have_the_days_of_their_clock_and_offsets_that_change_need_a_zone()
    {
        long two = TimeSpan.FromHours(2).Ticks;
        IEnumerable<RowTime> Times(Func<int, long> offset) =>
            Hours(240)
                .Where(time => time.DayOfWeek != DayOfWeek.Sunday && time.Day != 3)
                .Select((time, i) => new RowTime(time.Ticks - offset(i), offset(i)));
        TimeGrid grid = Find(TimeKind.OffsetMoment, Times(_ => two), _calendar);
        Assert.That((grid.ClockOffset, grid.IsSound), Is.EqualTo((two, true)));
        Assert.That(grid.StepsBetween(grid.OriginAt(_start.Ticks - two), _start.AddDays(7).Ticks - two), Is.EqualTo(5 * 24));
        Refused.Operation(
            () => Find(TimeKind.OffsetMoment, Times(i => i < 50 ? two : two / 2), _calendar),
            "The Calendar has closed days, but the offsets in the time column 'When' change, as summer time makes them, so that it is not "
                + "known when days to come begin: set TimeZone to the zone's name, such as \"Europe/Paris\"."
        );
    }
}
