using NUnit.Framework;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class DayFeaturesTests
{
    private static readonly DateOnly _christmas = new(2024, 12, 25),
        _boxing = new(2024, 12, 26),
        _newYear = new(2025, 1, 1);

    private static float[][] Of(SeriesCalendar calendar, TimeGrid grid, DateTime first, int steps)
    {
        var columns = new SeriesColumns([], [], [], null, "When") { Days = new DayFeatures(calendar) };
        var series = new KeyedSeries("", new TimeSeries(1, 0, columns.CalendarCount), first.Ticks) { Day = grid.OriginAt(first.Ticks).Day };
        return
        [
            .. Enumerable
                .Range(0, steps)
                .Select(step =>
                {
                    var numbers = new float[columns.CalendarCount];
                    columns.WriteCalendar(grid, series, step, numbers);
                    return numbers;
                }),
        ];
    }

    private static TimeGrid Days(long step = 1) => new(TimeKind.Moment, StepUnit.Days, step);

    private static float[] Holidays(SeriesCalendar calendar, TimeGrid grid, DateTime first, int steps) =>
        [.. Of(calendar, grid, first, steps).Select(row => row[0])];

    [Test]
    public void A_day_is_a_holiday_or_none()
    {
        var calendar = new SeriesCalendar { Holidays = [_newYear, _christmas, _boxing, _christmas] };
        var features = new DayFeatures(calendar);
        Assert.That((features.Count, features.Last), Is.EqualTo((1, (DateOnly?)_newYear)));
        Assert.That(features.Names, Is.EqualTo(new[] { "Holiday" }));
        Assert.That(Holidays(calendar, Days(), new DateTime(2024, 12, 24), 10), Is.EqualTo(new float[] { 0, 1, 1, 0, 0, 0, 0, 0, 1, 0 }));
    }

    [Test]
    public void Steps_of_hours_have_their_day_and_those_of_weeks_and_months_count_their_days()
    {
        var calendar = new SeriesCalendar
        {
            Holidays = [_christmas, _boxing, _newYear],
            ClosedDays = [_christmas],
            ClosedWeekdays = [DayOfWeek.Sunday],
        };
        Assert.That(new DayFeatures(calendar).Names, Is.EqualTo(new[] { "Holiday", "ClosedDays" }));
        var hours = new TimeGrid(TimeKind.Moment, StepUnit.Fixed, TimeSpan.TicksPerHour);
        float[][] all = Of(calendar, hours, new DateTime(2024, 12, 24, 22, 0, 0), 4);
        Assert.That(all, Is.EqualTo(new float[][] { [0, 0], [0, 0], [1, 1], [1, 1] }));
        // From a Monday: 23 to 29 December, 30 December to 5 January.
        Assert.That(Of(calendar, Days(7), new DateTime(2024, 12, 23), 2), Is.EqualTo(new float[][] { [2, 2], [1, 1] }));
        var months = new TimeGrid(TimeKind.Moment, StepUnit.Months, 1);
        Assert.That(Of(calendar, months, new DateTime(2024, 12, 1), 2), Is.EqualTo(new float[][] { [2, 6], [1, 4] }));
    }

    [Test]
    public void A_step_before_closed_days_counts_them()
    {
        var calendar = new SeriesCalendar
        {
            Holidays = [_boxing, new DateOnly(2024, 12, 27)],
            ClosedDays = [_christmas, _boxing],
            ClosedWeekdays = [DayOfWeek.Sunday],
        };
        TimeGrid grid = Days() with { Days = DayCalendar.All.Closing(calendar.ClosedWeekdays).Without([_christmas, _boxing]) };
        // Monday 23, Tuesday 24, then Friday 27, Saturday 28, Monday 30: a holiday between two steps is of none.
        Assert.That(
            Of(calendar, grid, new DateTime(2024, 12, 23), 5),
            Is.EqualTo(new float[][] { [0, 0], [0, 2], [1, 0], [0, 1], [0, 0] })
        );
    }

    [Test]
    public void The_clock_of_the_zone_decides_the_day()
    {
        var grid = new TimeGrid(TimeKind.ZonedMoment, StepUnit.Fixed, TimeSpan.TicksPerHour)
        {
            Zone = TimeZones.Find("Australia/Melbourne"),
        };
        float[] holiday =
        [
            .. Of(new SeriesCalendar { Holidays = [new DateOnly(2025, 4, 6)] }, grid, new DateTime(2025, 4, 5, 12, 0, 0), 28)
                .Select(row => row[0]),
        ];
        // The clock is set back that day, which has 25 hours: from 13 o'clock of the day before in universal time.
        Assert.That(holiday, Is.EqualTo([0f, .. Enumerable.Repeat(1f, 25), 0f, 0f]));
    }
}
