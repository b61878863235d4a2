using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class TimeGridTests
{
    private readonly Microsoft.ML.Runtime.IExceptionContext _ectx = new TestHost().Host;

    private TimeGrid Find(TimeKind kind, IEnumerable<RowTime> times, Func<SeriesColumns, SeriesColumns>? change = null)
    {
        var columns = new SeriesColumns([], [], [], null, "When");
        return new TimeGridFinder(_ectx, kind, change?.Invoke(columns) ?? columns, [("", [.. times])]).Find();
    }

    private TimeGrid Moments(IEnumerable<DateTime> times, Func<SeriesColumns, SeriesColumns>? change = null) =>
        Find(TimeKind.Moment, times.Select(time => new RowTime(time.Ticks)), change);

    private TimeGrid Moments(params DateTime[] times) => Moments(times, null);

    private TimeGrid Numbers(params long[] times) => Find(TimeKind.Number, times.Select(time => new RowTime(time)));

    private static SeriesColumns With(SeriesColumns columns, string frequency) => columns with { Frequency = Frequency.Parse(frequency) };

    private static DateTime Day(int year, int month, int day) => new(year, month, day);

    private static IEnumerable<DateTime> Days(DateTime first, int count) => Enumerable.Range(0, count).Select(day => first.AddDays(day));

    private static bool IsWeekday(DateTime day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    // The times of a series as an engine sees them: one after the other.
    private static DateTime[] Continued(TimeGrid grid, DateTime[] first, int steps)
    {
        TimeOrigin origin = first.Aggregate(grid.OriginAt(first[0].Ticks), (origin, time) => grid.Narrow(origin, time.Ticks));
        return [.. Enumerable.Range(0, steps).Select(step => new DateTime(grid.TimeAt(origin, step)))];
    }

    [Test]
    public void The_step_is_the_shortest_that_all_are_multiples_of()
    {
        Assert.That(Numbers(10, 12, 14, 18), Is.EqualTo(new TimeGrid(TimeKind.Number, StepUnit.Fixed, 2)));
        Assert.That(Moments(Day(2024, 1, 1), Day(2024, 1, 8), Day(2024, 1, 22)).StepText, Is.EqualTo("7.00:00:00"));
    }

    [Test]
    public void Months_count_as_equal()
    {
        TimeGrid months = Moments(Day(2024, 1, 1), Day(2024, 2, 1), Day(2024, 4, 1));
        Assert.That((months.Unit, months.Step), Is.EqualTo((StepUnit.Months, 1L)));
        Assert.That(months.StepsBetween(months.OriginAt(Day(2024, 1, 1).Ticks), Day(2025, 3, 1).Ticks), Is.EqualTo(14));
        Assert.That(months.StepsBetween(months.OriginAt(Day(2024, 1, 1).Ticks), Day(2024, 3, 2).Ticks), Is.Null);
        Assert.That(Moments(Day(2020, 1, 1), Day(2020, 4, 1), Day(2020, 7, 1)).StepText, Is.EqualTo("3 months"));
        Assert.That(Moments(Day(2020, 1, 1), Day(2021, 1, 1), Day(2022, 1, 1)).StepText, Is.EqualTo("12 months"));
    }

    [Test]
    public void Steps_have_numbers_that_do_not_depend_on_where_a_series_begins()
    {
        DateTime[] weekdays = [.. Days(Day(2024, 1, 1), 60).Where(IsWeekday)];
        foreach (
            var (grid, times) in (IEnumerable<(TimeGrid, DateTime[])>)
                [
                    (Moments(weekdays), weekdays),
                    (Moments(Days(Day(2024, 2, 20), 30)), [.. Days(Day(2024, 2, 20), 30)]),
                    (Moments(Day(2019, 11, 30), Day(2020, 2, 29)), [Day(2019, 11, 30), Day(2020, 2, 29), Day(2020, 5, 30)]),
                    (Moments(Day(2024, 1, 2), Day(2024, 1, 9)), [Day(2024, 1, 2), Day(2024, 1, 9), Day(2024, 1, 16)]),
                ]
        )
        {
            long first = grid.NumberOf(times[0].Ticks);
            for (int step = 0; step < times.Length; step++)
                Assert.That(grid.NumberOf(times[step].Ticks), Is.EqualTo(first + step), $"{grid.StepText}, {times[step]}");
        }
        TimeGrid hours = Moments(Day(2024, 1, 1), Day(2024, 1, 1).AddHours(1));
        Assert.That(hours.NumberOf(Day(2024, 1, 8).Ticks) % 168, Is.EqualTo(hours.NumberOf(Day(2024, 1, 1).Ticks) % 168));
        Assert.That(Numbers(7, 10, 13).NumberOf(-4), Is.EqualTo(-2));
        Assert.That(Numbers(7, 10, 13).NumberOf(8), Is.EqualTo(Numbers(7, 10, 13).NumberOf(7)));
    }

    [TestCase(1), TestCase(3), TestCase(12)]
    public void A_day_of_the_month_is_kept_from_whatever_month_it_is_first_seen(int step)
    {
        for (int day = 1; day <= 31; day++)
        for (int month = 1; month <= 12; month++)
        {
            DateTime At(int i)
            {
                DateTime of = new DateTime(2019, month, 1).AddMonths(step * i);
                return new DateTime(of.Year, of.Month, Math.Min(day, DateTime.DaysInMonth(of.Year, of.Month)));
            }
            // Whose every month is as short, is its last day.
            if (Enumerable.Range(0, 12).All(i => At(i).Day == DateTime.DaysInMonth(At(i).Year, At(i).Month)))
                continue;
            DateTime[] all = [.. Enumerable.Range(0, 48).Select(At)];
            TimeGrid grid = Moments(all[..24]);
            Assert.That((grid.Unit, grid.Step), Is.EqualTo((StepUnit.Months, (long)step)), $"day {day} from month {month}");
            Assert.That(Continued(grid, all[..24], 48), Is.EqualTo(all), $"day {day} from month {month}");
            Assert.That(
                all.Select(time => grid.StepsBetween(grid.OriginAt(all[0].Ticks), time.Ticks)),
                Is.EqualTo(Enumerable.Range(0, 48).Select(i => (long?)i))
            );
        }
    }

    [Test]
    public void The_ends_of_months_are_months_apart()
    {
        TimeGrid ends = Moments(Day(2024, 1, 31), Day(2024, 2, 29), Day(2024, 3, 31), Day(2024, 4, 30));
        Assert.That(ends.StepText, Is.EqualTo("1 month"));
        Assert.That(new DateTime(ends.TimeAt(ends.OriginAt(Day(2023, 2, 28).Ticks), 1)), Is.EqualTo(Day(2023, 3, 31)));
    }

    [Test]
    public void A_new_series_lies_on_the_day_of_the_others_where_its_own_row_leaves_it_open()
    {
        TimeGrid grid = Moments(Enumerable.Range(0, 12).Select(i => Day(2020, 1, 29).AddMonths(i)));
        Assert.That(new DateTime(grid.TimeAt(grid.OriginAt(Day(2023, 2, 28).Ticks), 1)), Is.EqualTo(Day(2023, 3, 29)));
        Assert.That(new DateTime(grid.TimeAt(grid.OriginAt(Day(2023, 3, 31).Ticks), 1)), Is.EqualTo(Day(2023, 4, 30)));
    }

    [Test]
    public void Months_that_drift_are_none() =>
        Refused.Operation(
            () => Moments(Day(2023, 1, 31), Day(2023, 2, 28), Day(2023, 3, 28), Day(2023, 4, 28)),
            "The steps in the time column 'When' are " + "irregular: mostly"
        );

    [Test]
    public void Four_weeks_are_no_month() =>
        Assert.That(Moments(Day(2024, 1, 1), Day(2024, 1, 29), Day(2024, 2, 26)).StepText, Is.EqualTo("28.00:00:00"));

    [Test]
    public void Irregular_steps_are_refused_with_the_place() =>
        Refused.Operation(
            () => Moments(Day(2024, 1, 1), Day(2024, 1, 2), Day(2024, 1, 3), Day(2024, 1, 3).AddHours(5), Day(2024, 1, 4)),
            "The steps in the time column 'When' are irregular: mostly 1.00:00:00, but 05:00:00 from 2024-01-03 "
                + "00:00:00 to 2024-01-03 05:00:00."
        );

    [Test]
    public void A_row_a_moment_beside_its_step_is_refused_with_its_time([Values(1, 10_000, 37_000_000)] long ticks, [Values] bool isExtra)
    {
        DateTime[] hours = [.. Enumerable.Range(0, 300).Select(hour => Day(2024, 1, 1).AddHours(hour))];
        DateTime beside = hours[150].AddTicks(ticks);
        DateTime[] rows = isExtra ? [.. hours[..151], beside, .. hours[151..]] : [.. hours[..150], beside, .. hours[151..]];
        Refused.Operation(() => Moments(rows), $"The steps in the time column 'When' are irregular: mostly 01:00:00, but ");
        Refused.Operation(() => Moments(rows), $"{beside:yyyy-MM-dd HH:mm:ss.FFFFFFF}");
    }

    [Test]
    public void A_number_beside_many_is_refused() =>
        Refused.Operation(
            () => Numbers([.. Enumerable.Range(0, 50).Select(i => 1000L * i), 50_001, 51_000]),
            "are irregular: mostly 1000, but 999 from " + "50001 to 51000."
        );

    [Test]
    public void One_row_says_nothing_of_steps() =>
        Refused.Operation(() => Numbers(3), "No series has two rows, so the steps cannot be inferred from the time column 'When'");

    [Test]
    public void Rows_of_Monday_to_Friday_are_business_days([Values(6, 15, 300)] int count)
    {
        DateTime[] days = [.. Days(Day(2024, 1, 4), 1000).Where(IsWeekday)];
        TimeGrid grid = Moments(days[..count]);
        Assert.That(grid.StepText, Is.EqualTo("1 business day"));
        Assert.That(Continued(grid, days[..count], days.Length), Is.EqualTo(days));
        Assert.That(
            days.Select(day => grid.StepsBetween(grid.OriginAt(days[0].Ticks), day.Ticks)),
            Is.EqualTo(Enumerable.Range(0, days.Length).Select(i => (long?)i))
        );
        Assert.That(grid.StepsBetween(grid.OriginAt(days[0].Ticks), Day(2024, 1, 6).Ticks), Is.Null);
    }

    [Test]
    public void Days_that_are_never_Sundays_are_found_too() =>
        Assert.That(
            Moments(Days(Day(2024, 1, 1), 60).Where(day => day.DayOfWeek != DayOfWeek.Sunday)).StepText,
            Is.EqualTo("1 day (Monday, Tuesday, Wednesday, Thursday, Friday, Saturday)")
        );

    [Test]
    public void A_working_week_alone_is_five_days() => Assert.That(Moments(Days(Day(2024, 1, 1), 5)).StepText, Is.EqualTo("1.00:00:00"));

    [Test]
    public void Closed_days_are_no_steps()
    {
        DateOnly[] closed = [new(2024, 12, 25), new(2024, 12, 26), new(2024, 12, 28), new(2025, 1, 1), new(2025, 4, 18)];
        DateTime[] days = [.. Days(Day(2024, 12, 2), 200).Where(day => IsWeekday(day) && !closed.Contains(DateOnly.FromDateTime(day)))];
        TimeGrid grid = Moments(days[..60], columns => columns with { ClosedDays = [.. closed] });
        Assert.That(Continued(grid, days[..60], days.Length), Is.EqualTo(days));
        Refused.Operation(
            () => Moments(Days(Day(2024, 12, 2), 60), columns => columns with { ClosedDays = [.. closed] }),
            "The series has a row at 2024-12-25 00:00:00, which is one of the ClosedDays: leave the row out, or take the day from them."
        );
    }

    [Test]
    public void Weekdays_that_a_calendar_closes_are_no_steps_even_where_no_two_open_days_are_neighbours()
    {
        DayOfWeek[] weekdays = [DayOfWeek.Tuesday, DayOfWeek.Thursday, DayOfWeek.Saturday, DayOfWeek.Sunday];
        DateTime[] days = [.. Days(Day(2024, 1, 1), 60).Where(day => !weekdays.Contains(day.DayOfWeek))];
        TimeGrid grid = Moments(days[..10], columns => columns with { ClosedWeekdays = weekdays });
        Assert.That(grid.StepText, Is.EqualTo("1 day (Monday, Wednesday, Friday)"));
        Assert.That(Continued(grid, days[..10], days.Length), Is.EqualTo(days));
        Refused.Operation(
            () => Moments(Days(Day(2024, 1, 1), 60), columns => columns with { ClosedWeekdays = [DayOfWeek.Sunday] }),
            "The series has a row at 2024-01-07 00:00:00, which is a Sunday, one of the ClosedWeekdays: leave the row out, or take the day"
        );
        Refused.Operation(
            () =>
                Moments(
                    Days(Day(2024, 12, 24), 5),
                    columns => columns with { ClosedDays = [new CalendarDay(new(2024, 12, 25), "Christmas Day")] }
                ),
            "The series has a row at 2024-12-25 00:00:00, which is one of the ClosedDays, Christmas Day: leave the row out"
        );
        Refused.Operation(
            () =>
                Moments(
                    Days(Day(2024, 1, 1), 5),
                    columns =>
                        With(columns, "B") with
                        {
                            ClosedWeekdays =
                            [
                                DayOfWeek.Monday,
                                DayOfWeek.Tuesday,
                                DayOfWeek.Wednesday,
                                DayOfWeek.Thursday,
                                DayOfWeek.Friday,
                            ],
                        }
                ),
            "The Calendar closes Monday, Tuesday, Wednesday, Thursday, Friday, so that no day is left of the steps in the time column "
                + "'When' (1 business day): take a day from ClosedWeekdays."
        );
    }

    [TestCase(StepUnit.Fixed, 1L << 61), TestCase(StepUnit.Days, 3_000_000), TestCase(StepUnit.Months, 12_000_000)]
    public void Steps_beyond_the_last_time_stay_at_it(StepUnit unit, long step)
    {
        var grid = new TimeGrid(unit == StepUnit.Fixed ? TimeKind.Number : TimeKind.Moment, unit, step);
        TimeOrigin origin = grid.OriginAt(Day(2024, 1, 1).Ticks);
        long last = unit switch
        {
            StepUnit.Fixed => long.MaxValue,
            StepUnit.Days => Day(9999, 12, 31).Ticks,
            _ => Day(9999, 12, 1).Ticks,
        };
        Assert.That((grid.HasTimeAt(origin, 0), grid.HasTimeAt(origin, 7)), Is.EqualTo((true, false)));
        foreach (long steps in (long[])[7, 1000, long.MaxValue])
            Assert.That(grid.TimeAt(origin, steps), Is.EqualTo(last), $"{steps} steps");
    }

    [Test]
    public void Business_days_end_with_the_year_9999()
    {
        TimeGrid grid = new TimeGrid(TimeKind.Moment, StepUnit.Days, 1) { Days = DayCalendar.Business };
        // 9999-12-31 is a Friday.
        TimeOrigin origin = grid.OriginAt(Day(9999, 12, 27).Ticks);
        Assert.That((grid.HasTimeAt(origin, 4), grid.HasTimeAt(origin, 5)), Is.EqualTo((true, false)));
        Assert.That(new DateTime(grid.TimeAt(origin, 4)), Is.EqualTo(Day(9999, 12, 31)));
        foreach (long steps in (long[])[5, int.MaxValue, long.MaxValue - 1])
            Assert.That(new DateTime(grid.TimeAt(origin, steps)), Is.EqualTo(Day(9999, 12, 31)), $"{steps} steps");
    }

    [Test]
    public void Differences_wider_than_a_number_are_counted_in_steps()
    {
        var grid = new TimeGrid(TimeKind.Number, StepUnit.Fixed, 4);
        Assert.That(grid.StepsBetween(new TimeOrigin(-(1L << 62), MonthDay.Any), 1L << 62), Is.EqualTo(1L << 61));
    }

    [Test]
    public void A_named_step_need_not_be_found()
    {
        DateTime[] gaps = [.. new[] { 0, 4, 8, 14, 18 }.Select(hour => Day(2024, 1, 1).AddHours(hour))];
        Refused.Operation(() => Moments(gaps), "where rows are left out, set Frequency to the step, such as \"2 hours\"");
        TimeGrid grid = Moments(gaps, columns => With(columns, "2 hours"));
        Assert.That(
            gaps.Select(time => grid.StepsBetween(grid.OriginAt(gaps[0].Ticks), time.Ticks)),
            Is.EqualTo(new long?[] { 0, 2, 4, 7, 9 })
        );
        Assert.That(
            Moments([Day(2024, 1, 1)], columns => With(columns, "D")).StepText,
            Is.EqualTo("1.00:00:00"),
            "One row is enough then."
        );
        Refused.Operation(
            () => Moments(gaps, columns => With(columns, "5")),
            "Frequency is a step of whole numbers, but the column "
                + "'When' holds dates: give a step such as \"2 hours\", or null to have it found."
        );
    }

    private static IEnumerable<RowTime> Local(string zone, IEnumerable<DateTime> times) =>
        times.Select(time =>
        {
            TimeSpan offset = TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(time);
            return new RowTime((time - offset).Ticks, offset.Ticks);
        });

    [Test]
    public void The_days_of_a_clock_are_equal_over_summer_time(
        [Values("Europe/Berlin", "America/New_York", "Australia/Melbourne")] string zone
    )
    {
        Assert.That(Find(TimeKind.OffsetMoment, Local(zone, Days(Day(2024, 1, 1), 365))).StepText, Is.EqualTo("1.00:00:00"));
        Assert.That(
            Find(TimeKind.OffsetMoment, Local(zone, Enumerable.Range(0, 48).Select(i => Day(2020, 1, 1).AddMonths(i)))).StepText,
            Is.EqualTo("1 month")
        );
        Assert.That(
            Find(TimeKind.OffsetMoment, Local(zone, Enumerable.Range(0, 60).Select(i => Day(2023, 1, 2).AddDays(7 * i)))).StepText,
            Is.EqualTo("7.00:00:00")
        );
        Assert.That(
            Find(
                TimeKind.OffsetMoment,
                Enumerable
                    .Range(0, 9000)
                    .Select(hour => new RowTime(
                        Day(2024, 1, 1).AddHours(hour).Ticks,
                        hour < 4000 ? TimeSpan.TicksPerHour : 2 * TimeSpan.TicksPerHour
                    ))
            ).StepText,
            Is.EqualTo("01:00:00")
        );
    }

    [Test]
    public void A_day_whose_midnight_is_skipped_is_a_day_too()
    {
        // In Beirut summer time begins at midnight.
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Beirut");
        RowTime[] days =
        [
            .. Days(Day(2022, 3, 1), 60)
                .Select(day =>
                {
                    DateTime there = zone.IsInvalidTime(day) ? day.AddHours(1) : day;
                    TimeSpan offset = zone.GetUtcOffset(there);
                    return new RowTime((there - offset).Ticks, offset.Ticks);
                }),
        ];
        Assert.That(days.Count(time => time.Clock % TimeSpan.TicksPerDay != 0), Is.EqualTo(1));
        Assert.That(Find(TimeKind.ZonedMoment, days, columns => columns with { Zone = zone }).StepText, Is.EqualTo("1.00:00:00"));
    }
}
