using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Holidays and closed days, from training to an engine.</summary>
[TestFixture]
public class CalendarTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Sale
    {
        public DateTime Day { get; set; }
        public float Value { get; set; }
    }

    private static readonly CalendarDay[] _holidays =
    [
        .. Enumerable.Range(0, 40).Select(i => new CalendarDay(new DateOnly(2024, 1, 10).AddDays(17 * i + i * i % 5), $"Feast {i}")),
    ];

    // A week of 10 to 16, but 40 on holidays.
    private static Sale[] Sales(int days, Func<DateTime, bool>? isOpen = null) =>
        [
            .. Enumerable
                .Range(0, days)
                .Select(day => new DateTime(2024, 1, 1).AddDays(day))
                .Where(day => isOpen is null || isOpen(day))
                .Select(day => new Sale
                {
                    Day = day,
                    Value = _holidays.Any(holiday => holiday.Date == DateOnly.FromDateTime(day)) ? 40 : 10 + (int)day.DayOfWeek,
                }),
        ];

    private RnnForecastingEstimator Estimator(Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries.Estimator(
            _ml,
            o =>
            {
                (o.TimeColumnName, o.WindowSize, o.Horizon, o.HiddenSize, o.MaxEpochs) = ("Day", 14, 3, 8, 1);
                configure?.Invoke(o);
            }
        );

    [Test]
    public void Holidays_are_forecast_where_they_are_known()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Sales(600));
        double Error(SeriesCalendar? calendar) =>
            _ml
                .Forecasting.Backtest(
                    data,
                    Estimator(o =>
                    {
                        (o.Calendar, o.MaxEpochs, o.HiddenSize) = (calendar, 12, 16);
                        (o.Normalization, o.Model) = (WindowNormalization.None, ForecastModel.Direct);
                    }),
                    folds: 30,
                    refit: false
                )
                .Metrics.MeanAbsoluteError;
        double known = Error(new SeriesCalendar { Holidays = _holidays }),
            unknown = Error(null);
        Assert.That(known, Is.LessThan(0.7 * unknown));
    }

    [Test]
    public void A_calendar_is_kept_from_training_to_an_engine()
    {
        DayOfWeek[] weekdays = [DayOfWeek.Sunday];
        CalendarDay[] closed = [.. _holidays.Where((_, i) => i % 2 == 0)];
        bool IsOpen(DateTime day) => day.DayOfWeek != DayOfWeek.Sunday && !closed.Any(one => one.Date == DateOnly.FromDateTime(day));
        var calendar = new SeriesCalendar
        {
            Holidays = _holidays,
            ClosedDays = closed,
            ClosedWeekdays = weekdays,
        };
        RnnForecastingTransformer model = ContinuedForecasts.Check(
            _ml,
            Estimator(o => o.Calendar = calendar),
            Sales(300, IsOpen),
            training: 150
        );
        SeriesCalendar stored = model.Columns.Days!.Calendar;
        Assert.That(stored.Holidays, Is.EqualTo(_holidays));
        Assert.That(stored.ClosedDays, Is.EqualTo(closed));
        Assert.That(stored.ClosedWeekdays, Is.EqualTo(weekdays));
        Assert.That(stored.ToString(), Is.EqualTo("40 holidays, 20 closed days, closed weekdays: Sunday"));
        // The options do not follow a later change.
        calendar.Holidays = [];
        using var engine = _ml.Forecasting.CreateForecastEngine<Sale, Answer>(model);
        Refused.Operation(
            () => engine.Observe(new Sale { Day = new DateTime(2024, 9, 1), Value = 1 }),
            "The series has a row at 2024-09-01 00:00:00, which is a day without a step (steps are 1 day (Monday, Tuesday, Wednesday, "
                + "Thursday, Friday, Saturday) apart): leave the row out."
        );
    }

    [Test]
    public void Hours_of_a_zone_have_the_holidays_of_its_clock()
    {
        Sale[] hours =
        [
            .. Enumerable
                .Range(0, 24 * 40)
                .Select(hour => new DateTime(2024, 3, 20, 0, 0, 0, DateTimeKind.Utc).AddHours(hour))
                .Select(time => new Sale { Day = time, Value = 10 + time.Hour }),
        ];
        ContinuedForecasts.Check(
            _ml,
            Estimator(o =>
            {
                o.TimeZone = "Australia/Melbourne";
                o.Calendar = new SeriesCalendar { Holidays = [new DateOnly(2024, 3, 29), new DateOnly(2024, 4, 25)] };
            }),
            hours,
            training: 24 * 30
        );
    }

    // In Melbourne clocks are set back on Sunday 7 April 2024; Easter ends with Monday 1 April.
    private static readonly SeriesCalendar _easter = new()
    {
        Holidays = [new DateOnly(2024, 3, 28), new DateOnly(2024, 4, 25)],
        ClosedDays = [new DateOnly(2024, 3, 29), new DateOnly(2024, 4, 1)],
        ClosedWeekdays = [DayOfWeek.Sunday],
    };

    private static Sale[] OpenHours(int days, int minutes = 60)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Australia/Melbourne");
        return
        [
            .. Enumerable
                .Range(0, 24 * days * 60 / minutes)
                .Select(step => new DateTime(2024, 3, 20, 0, 0, 0, DateTimeKind.Utc).AddMinutes(step * minutes))
                .Select(time => (Time: time, Clock: TimeZoneInfo.ConvertTimeFromUtc(time, zone)))
                .Where(at =>
                    at.Clock.DayOfWeek != DayOfWeek.Sunday && !_easter.ClosedDays.Any(day => day.Date == DateOnly.FromDateTime(at.Clock))
                )
                .Select(at => new Sale { Day = at.Time, Value = 10 + at.Clock.Hour }),
        ];
    }

    private static void InMelbourne(RnnForecastingEstimator.Options options) =>
        (options.TimeZone, options.Calendar) = ("Australia/Melbourne", _easter);

    [Test]
    public void Hours_skip_the_closed_days_of_a_zone_from_training_to_an_engine([Values(15, 60, 120)] int minutes)
    {
        Sale[] rows = OpenHours(days: 40, minutes);
        RnnForecastingTransformer model = ContinuedForecasts.Check(_ml, Estimator(InMelbourne), rows, training: rows.Length / 3);
        Assert.That(model.Trained.Grid!.StepText, Does.EndWith(" of a day (Monday, Tuesday, Wednesday, Thursday, Friday, Saturday)"));
        using var engine = _ml.Forecasting.CreateForecastEngine<Sale, Answer>(model);
        // Noon of a Sunday.
        Refused.Operation(
            () => engine.Observe(new Sale { Day = new DateTime(2024, 4, 7, 2, 0, 0, DateTimeKind.Utc), Value = 1 }),
            "which is a day without a step (steps are "
        );
    }

    [Test]
    public void Forecasts_of_hours_over_closed_days_are_compared_with_the_hours_after_them()
    {
        // Saturday's last hour is followed by Monday's first.
        Sale[] rows = OpenHours(days: 40);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        RnnForecastingEstimator estimator = Estimator(InMelbourne);
        IDataView scored = estimator.Fit(_ml.Data.LoadFromEnumerable(rows[..500])).Transform(data);
        ForecastMetrics metrics = _ml.Forecasting.Evaluate(scored, "Value", "Forecast", timeColumnName: "Day");
        Assert.That(metrics.Count, Is.EqualTo(Enumerable.Range(1, 3).Sum(step => rows.Length - 13 - step)));
        BacktestResult backtest = _ml.Forecasting.Backtest(data, estimator, folds: 4, step: 72, refit: false);
        Assert.That(backtest.Folds.Select(fold => fold.Metrics.Count), Is.All.EqualTo(3));
    }

    private sealed class OffsetSale
    {
        public DateTimeOffset Day { get; set; }
        public float Value { get; set; }
    }

    [Test]
    public void Hours_of_another_offset_than_that_by_which_days_are_closed_are_refused()
    {
        using RnnForecastingTransformer model = Estimator(o => o.Calendar = new SeriesCalendar { ClosedWeekdays = [DayOfWeek.Sunday] })
            .Fit(Rows(new DateTime(2024, 1, 1), hours: 1));
        const string Refusal =
            "has a row at 2024-07-01 00:00:00 +02:00, but days are closed by a clock of the offset +01:00, the only one in training: train "
            + "with TimeZone set to the zone's name, such as \"Europe/Paris\".";
        IDataView summer = Rows(new DateTime(2024, 7, 1), hours: 2);
        Refused.Operation(() => _ = model.Transform(summer).GetColumn<float[]>("Forecast").ToArray(), Refusal);
        using var engine = _ml.Forecasting.CreateForecastEngine<OffsetSale, Answer>(model);
        Refused.Operation(
            () => engine.Observe(new OffsetSale { Day = new DateTimeOffset(2024, 7, 1, 0, 0, 0, TimeSpan.FromHours(2)), Value = 1 }),
            Refusal
        );

        IDataView Rows(DateTime first, int hours) =>
            _ml.Data.LoadFromEnumerable(
                Enumerable
                    .Range(0, 24 * 20)
                    .Select(hour => new DateTimeOffset(first.AddHours(hour), TimeSpan.FromHours(hours)))
                    .Where(time => time.DayOfWeek != DayOfWeek.Sunday)
                    .Select(time => new OffsetSale { Day = time, Value = time.Hour })
                    .ToArray()
            );
    }

    [Test]
    public void A_gap_of_hours_on_an_open_day_is_refused()
    {
        Sale[] rows = [.. OpenHours(days: 40).Where(row => row.Day != new DateTime(2024, 4, 3, 5, 0, 0))];
        Refused.Operation(
            () => Estimator(InMelbourne).Fit(_ml.Data.LoadFromEnumerable(rows)),
            "The series has no row for 2024-04-03 16:00:00 +11:00 (1 such steps; rows are 01:00:00 of a day (Monday, Tuesday, Wednesday, "
                + "Thursday, Friday, Saturday) apart), and MissingSteps is Refuse"
        );
    }

    [Test]
    public void A_gap_on_a_day_that_is_not_closed_is_refused()
    {
        bool IsOpen(DateTime day) => day.DayOfWeek != DayOfWeek.Sunday && day != new DateTime(2024, 3, 6);
        Refused.Operation(
            () =>
                Estimator(o => o.Calendar = new SeriesCalendar { ClosedWeekdays = [DayOfWeek.Sunday] })
                    .Fit(_ml.Data.LoadFromEnumerable(Sales(100, IsOpen))),
            "The series has no row for 2024-03-06 00:00:00 (1 such steps; rows are 1 day (Monday, Tuesday, Wednesday, Thursday, Friday, "
                + "Saturday) apart), and MissingSteps is Refuse: set it to LastValue or Linear to impute such steps, or correct the data. "
                + "List days that never have a row in the ClosedDays of the Calendar."
        );
    }

    [Test]
    public void A_previous_model_must_have_read_the_same_of_its_calendar()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Sales(200));
        RnnForecastingTransformer previous = Estimator(o => o.Calendar = new SeriesCalendar { Holidays = _holidays[..5] }).Fit(data);
        Assert.That(() => Estimator(o => o.Calendar = new SeriesCalendar { Holidays = _holidays }).Fit(data, previous), Throws.Nothing);
        Refused.Argument(() => Estimator().Fit(data, previous), "what is read of the Calendar is [Holiday] in it, [] here");
    }

    [Test]
    public void A_calendar_that_ends_too_early_is_logged()
    {
        var log = new LogCapture(_ml);
        Estimator(o => o.Calendar = new SeriesCalendar { Holidays = _holidays[..2] }).Fit(_ml.Data.LoadFromEnumerable(Sales(420)));
        Assert.That(
            log.Warnings,
            Has.Some.Contains(
                "The Calendar ends with 2024-01-28, more than a year before the last row, 2025-02-24: the days after it count"
            )
        );
    }

    [TestCase("2999999.00:00:00")]
    [TestCase("1000000 weeks")]
    public void Steps_so_large_that_no_time_follows_are_refused(string frequency) =>
        Refused.Operation(
            () => Estimator(o => o.Frequency = frequency).Fit(_ml.Data.LoadFromEnumerable(Sales(1))),
            "where a forecast begins: dates end with the year 9999. Correct that row's time, or set Frequency to the step between rows."
        );

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }
}
