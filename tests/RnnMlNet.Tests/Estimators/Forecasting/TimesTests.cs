using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Times of all kinds, from training to an engine: clocks and zones, named steps, business days, months, whole numbers.</summary>
[TestFixture]
public class TimesTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Dated
    {
        public DateTime Time { get; set; }
        public float Value { get; set; }
    }

    private sealed class Stamped
    {
        public DateTimeOffset Time { get; set; }
        public float Value { get; set; }
    }

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }

    private static float Wave(int t) => 10 + MathF.Sin(t / 2f);

    private static Dated[] Rows(IEnumerable<DateTime> times) => [.. times.Select((time, t) => new Dated { Time = time, Value = Wave(t) })];

    private static Stamped[] Rows(IEnumerable<DateTimeOffset> times) =>
        [.. times.Select((time, t) => new Stamped { Time = time, Value = Wave(t) })];

    private RnnForecastingEstimator Estimator(Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries.Estimator(
            _ml,
            o =>
            {
                (o.TimeColumnName, o.WindowSize, o.Horizon, o.HiddenSize, o.MaxEpochs) = ("Time", 6, 2, 4, 1);
                configure?.Invoke(o);
            }
        );

    private RnnForecastingTransformer GoesOn<TRow>(TRow[] rows, int training, Action<RnnForecastingEstimator.Options>? configure = null)
        where TRow : class => ContinuedForecasts.Check(_ml, Estimator(configure), rows, training);

    private static DateTime ClipAdded(DateTime first, int months, int day)
    {
        DateTime of = new DateTime(first.Year, first.Month, 1).AddMonths(months);
        return new DateTime(of.Year, of.Month, Math.Min(day, DateTime.DaysInMonth(of.Year, of.Month)));
    }

    [
        TestCase(2015, 2, 28, 1),
        TestCase(2015, 12, 28, 1),
        TestCase(2016, 2, 29, 1),
        TestCase(2019, 4, 30, 3),
        TestCase(2019, 1, 29, 1),
        TestCase(2019, 1, 30, 1),
        TestCase(2019, 1, 31, 1),
        TestCase(2019, 2, 28, 12)
    ]
    public void Months_keep_their_day(int year, int month, int day, int step)
    {
        var first = new DateTime(year, month, day);
        DateTime[] times = [.. Enumerable.Range(0, 80).Select(i => ClipAdded(first, step * i, day))];
        GoesOn(Rows(times), 50, o => o.CalendarFeatures = CalendarFeatures.DayOfMonth | CalendarFeatures.DayOfWeek);
        BacktestResult backtest = _ml.Forecasting.Backtest(_ml.Data.LoadFromEnumerable(Rows(times)), Estimator(), folds: 1);
        Assert.That(backtest.Folds[0].Forecasts.Select(forecast => forecast.Time), Is.EqualTo(times[^2..].Select(time => (DateTime?)time)));
    }

    private static IEnumerable<DateTimeOffset> Local(string zone, IEnumerable<DateTime> times) =>
        times.Select(time => new DateTimeOffset(time, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(time)));

    [Test]
    public void Local_midnights_are_a_day_or_a_month_apart_over_summer_time()
    {
        GoesOn(
            Rows(Local("Europe/Berlin", Enumerable.Range(0, 120).Select(i => new DateTime(2024, 2, 1).AddDays(i)))),
            50,
            o => o.CalendarFeatures = CalendarFeatures.DayOfWeek
        );
        GoesOn(
            Rows(Local("Europe/Berlin", Enumerable.Range(0, 48).Select(i => new DateTime(2020, 1, 1).AddMonths(i)))),
            30,
            o => o.CalendarFeatures = CalendarFeatures.MonthOfYear
        );
        GoesOn(
            Rows(
                Local(
                    "America/New_York",
                    Enumerable
                        .Range(0, 90)
                        .Select(i => new DateTime(2024, 2, 1, 8, 30, 0).AddDays(i))
                        .Where(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                )
            ),
            40
        );
    }

    // The days of a clock that skips the midnight of one of them.
    private static Stamped[] Midnights(string zone, DateTime first, int count)
    {
        var clock = TimeZoneInfo.FindSystemTimeZoneById(zone);
        DateTime[] days = [.. Enumerable.Range(0, count).Select(i => first.AddDays(i))];
        return Rows(Local(zone, days.Select(day => clock.IsInvalidTime(day) ? day.AddHours(1) : day)));
    }

    [TestCase("Asia/Beirut")]
    [TestCase("America/Havana")]
    public void Where_a_clock_skips_midnight_the_zone_is_asked_for_and_then_it_is_a_day(string zone)
    {
        Stamped[] rows = Midnights(zone, new DateTime(2017, 2, 1), 100);
        Refused.Operation(
            () => Estimator().Fit(_ml.Data.LoadFromEnumerable(rows)),
            "or set no time column, so that every row is one step. Where a clock skips the beginning of a day, as summer time does "
                + "in some "
                + "zones, train with TimeZone set to the zone's name, such as \"Africa/Cairo\": offsets do not say what is skipped."
        );
        Refused.Operation(
            () => Estimator(o => o.Frequency = "D").Fit(_ml.Data.LoadFromEnumerable(rows)),
            "train with TimeZone set to the zone's name"
        );
        GoesOn(rows, 60, o => o.TimeZone = zone);
    }

    [Test]
    public void A_midnight_that_is_skipped_after_training_names_the_zone()
    {
        Stamped[] rows = Midnights("Africa/Cairo", new DateTime(2023, 12, 1), 160);
        int skip = Array.FindIndex(rows, row => row.Time.Hour == 1);
        Assert.That(rows[skip].Time, Is.EqualTo(new DateTimeOffset(2024, 4, 26, 1, 0, 0, TimeSpan.FromHours(3))));
        using RnnForecastingTransformer model = Estimator().Fit(_ml.Data.LoadFromEnumerable(rows[..skip]));
        using var engine = _ml.Forecasting.CreateForecastEngine<Stamped, Answer>(model);
        const string Sentence = "train with TimeZone set to the zone's name, such as \"Africa/Cairo\": offsets do not say what is skipped.";
        Refused.Operation(() => engine.Observe(rows[skip]), Sentence);
        Refused.Operation(() => engine.Observe(rows[skip]), "which is not a whole number of steps (1.00:00:00) after its last");
        var halfDay = new Stamped { Time = rows[skip].Time.AddHours(11), Value = 1 };
        Assert.That(() => engine.Observe(halfDay), Throws.InvalidOperationException.With.Message.Not.Contains("TimeZone"));
        IDataView all = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        Refused.Operation(() => _ = all.GetColumn<float[]>("Forecast").ToArray(), Sentence);
        GoesOn(rows, skip, o => o.TimeZone = "Africa/Cairo");
    }

    [Test]
    public void Hours_of_a_clock_that_is_put_back_go_on()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        // Over the 27th of October 2024, whose hour from 2 to 3 comes twice.
        DateTimeOffset[] hours =
        [
            .. Enumerable
                .Range(0, 150)
                .Select(hour => TimeZoneInfo.ConvertTime(new DateTimeOffset(2024, 10, 22, 0, 0, 0, TimeSpan.Zero).AddHours(hour), zone)),
        ];
        Assert.That(hours.Select(hour => hour.DateTime).Distinct().Count(), Is.EqualTo(149));
        var log = new LogCapture(_ml);
        GoesOn(Rows(hours), 100);
        Assert.That(log.Warnings, Has.None.Contains("The offsets in column"));
        Estimator(o => o.CalendarFeatures = CalendarFeatures.HourOfDay).Fit(_ml.Data.LoadFromEnumerable(Rows(hours)));
        Assert.That(
            log.Warnings,
            Has.One.Contains("The offsets in column 'Time' change, as summer time makes them, and CalendarFeatures are by their clock")
        );
        GoesOn(Rows(hours), 100, o => (o.TimeZone, o.CalendarFeatures) = ("Europe/Berlin", CalendarFeatures.HourOfDay));
        Refused.Operation(
            () => Estimator().Fit(_ml.Data.LoadFromEnumerable(Rows(hours.Select(hour => hour.DateTime)))),
            "If it is an hour that summer time ends with, give DateTimeOffset values, or universal time and the TimeZone."
        );
    }

    private float[] Calendar<TRow>(TRow[] rows, CalendarFeatures features, int ahead, string? zone = null, SeriesColumns? columns = null)
        where TRow : class
    {
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        columns ??= new SeriesColumns(["Value"], [], [], null, "Time")
        {
            Calendar = features,
            Zone = zone is null ? null : TimeZones.Find(zone),
        };
        IHost host = ((IHostEnvironment)_ml).Register("test");
        TimeSeries series = new SeriesReader(host, data, SeriesBinding.Bind(host, data.Schema, columns)) { Ahead = ahead }
            .Read()
            .Series[0]
            .Steps;
        return
        [
            .. Enumerable
                .Range(0, series.KnownLength)
                .SelectMany(step => Enumerable.Range(0, series.KnownCount).Select(channel => series.Known(channel, step, 1)[0])),
        ];
    }

    private static float[] Expected(CalendarFeatures features, IEnumerable<DateTime> clock) =>
        [
            .. clock.SelectMany(time =>
            {
                var numbers = new float[CalendarCycle.Count(features)];
                CalendarCycle.Write(features, time, numbers);
                return numbers;
            }),
        ];

    [Test]
    public void The_calendar_is_that_of_the_clock(
        [Values("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Auckland")] string name
    )
    {
        const CalendarFeatures Features = CalendarFeatures.HourOfDay | CalendarFeatures.DayOfWeek;
        const int Count = 24 * 300,
            Ahead = 24;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        DateTimeOffset[] universal =
        [
            .. Enumerable.Range(0, Count + Ahead).Select(hour => new DateTimeOffset(2017, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hour)),
        ];
        DateTimeOffset[] local = [.. universal.Select(time => TimeZoneInfo.ConvertTime(time, zone))];
        float[] expected = Expected(Features, local.Select(time => time.DateTime));
        Assert.That(
            Calendar(Rows(universal[..Count].Select(time => time.UtcDateTime)), Features, Ahead, name),
            Is.EqualTo(expected),
            "universal DateTime, zone named"
        );
        Assert.That(Calendar(Rows(universal[..Count]), Features, Ahead, name), Is.EqualTo(expected), "offsets, zone named");
        Assert.That(Calendar(Rows(local[..Count]), Features, Ahead), Is.EqualTo(expected), "offsets that state the clock");
        Assert.That(
            Calendar(Rows(universal[..Count].Select(time => time.UtcDateTime)), Features, Ahead),
            Is.EqualTo(Expected(Features, universal.Select(time => time.UtcDateTime))),
            "no zone"
        );
    }

    [Test]
    public void A_local_DateTime_has_no_place_in_a_named_zone() =>
        Refused.Operation(
            () =>
                Estimator(o => o.TimeZone = "Europe/Berlin")
                    .Fit(
                        _ml.Data.LoadFromEnumerable(
                            Rows(
                                Enumerable.Range(0, 40).Select(hour => new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Local).AddHours(hour))
                            )
                        )
                    ),
            "Row 0 has a time of DateTimeKind.Local in column 'Time', but with a TimeZone DateTime values are universal time: give "
                + "time.ToUniversalTime(), or DateTimeOffset values."
        );

    [Test]
    public void The_half_hours_of_Melbourne_stand_in_its_days()
    {
        using var reader = new StreamReader(
            new GZipStream(
                File.OpenRead(SharedData.Require(Path.Combine("vic_electricity", "vic_electricity.csv.gz"))),
                CompressionMode.Decompress
            )
        );
        string[][] lines =
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')),
        ];
        DateTime[] times =
        [
            .. lines.Select(line => DateTime.Parse(line[0], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)),
        ];
        DateTime[] days = [.. lines.Select(line => DateTime.Parse(line[3], CultureInfo.InvariantCulture))];
        Assert.That(days.GroupBy(day => day).Select(day => day.Count()).Distinct().Order(), Is.EqualTo(new[] { 46, 48, 50 }));
        const CalendarFeatures Features = CalendarFeatures.DayOfWeek | CalendarFeatures.DayOfYear;
        Assert.That(Calendar(Rows(times), Features, ahead: 0, "Australia/Melbourne"), Is.EqualTo(Expected(Features, days)));

        // Its days, by the universal time that each begins at: 23, 24 and 25 hours apart.
        DateTime[] midnights = [.. times.Zip(days).GroupBy(row => row.Second).Select(day => day.First().First)];
        Assert.That(
            midnights.Zip(midnights.Skip(1), (one, next) => (next - one).TotalHours).Distinct().Order(),
            Is.EqualTo(new[] { 23.0, 24, 25 })
        );
        Refused.Operation(
            () => Estimator().Fit(_ml.Data.LoadFromEnumerable(Rows(midnights))),
            "The steps in the time column 'Time' are " + "irregular: mostly 1.00:00:00, but 23:00:00 from"
        );
        GoesOn(Rows(midnights), 900, o => (o.TimeZone, o.CalendarFeatures) = ("Australia/Melbourne", Features));
    }

    [Test]
    public void A_named_step_with_gaps_is_kept_from_training_to_evaluation()
    {
        // Of two-hourly rows those are left that are 4 and 6 hours apart.
        Dated[] all = Rows(Enumerable.Range(0, 200).Select(i => new DateTime(2024, 1, 1).AddHours(2 * i)));
        int[] kept = [.. Enumerable.Range(0, 80).Select(i => 5 * (i / 2) + 2 * (i % 2))];
        Dated[] rows = [.. kept.Select(i => all[i])];
        RnnForecastingTransformer model = GoesOn(rows, 50, o => (o.Frequency, o.MissingSteps) = ("2 hours", MissingSteps.LastValue));
        Assert.That(model.Trained.Grid!.StepText, Is.EqualTo("02:00:00"));

        // All gaps of 4 hours: who compares would find other steps.
        Dated[] even = [.. all.Where((_, i) => i % 2 == 0)];
        IDataView view = model.Transform(_ml.Data.LoadFromEnumerable(even));
        float[][] forecasts = TinySeries.Vectors(view);
        ForecastMetrics metrics = _ml.Forecasting.Evaluate(view, "Value", "Forecast", timeColumnName: "Time");
        Assert.That(
            (metrics.Steps[0].Count, metrics.Steps[1].Count),
            Is.EqualTo((0L, metrics.Count)),
            "One step ahead there is never a " + "row."
        );
        double[] errors =
        [
            .. Enumerable
                .Range(0, even.Length - 1)
                .Where(t => float.IsFinite(forecasts[t][1]))
                .Select(t => Math.Abs((double)forecasts[t][1] - even[t + 1].Value)),
        ];
        Assert.That(metrics.MeanAbsoluteError, Is.EqualTo(errors.Average()).Within(1e-6));
    }

    [Test]
    public void Business_days_and_closed_days_are_kept_from_training_to_evaluation()
    {
        DateOnly[] closed = [new(2024, 12, 25), new(2024, 12, 26), new(2025, 1, 1), new(2025, 4, 18), new(2025, 4, 21)];
        DateTime[] days =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(day => new DateTime(2024, 9, 2).AddDays(day))
                .Where(day =>
                    day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !closed.Contains(DateOnly.FromDateTime(day))
                ),
        ];
        void Closed(RnnForecastingEstimator.Options o) =>
            (o.Calendar, o.CalendarFeatures) = (new SeriesCalendar { ClosedDays = [.. closed] }, CalendarFeatures.DayOfWeek);
        RnnForecastingTransformer model = GoesOn(Rows(days), 100, Closed);
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(days)),
            view = model.Transform(data);
        Assert.That(
            _ml.Forecasting.Evaluate(view, "Value", "Forecast", timeColumnName: "Time").Steps.Select(step => step.Count),
            Is.EqualTo(new long[] { days.Length - 6, days.Length - 7 })
        );
        BacktestResult backtest = _ml.Forecasting.Backtest(data, Estimator(Closed), folds: 30, refit: false);
        Assert.That(
            backtest.Folds.SelectMany(fold => fold.Forecasts).Select(forecast => forecast.Time),
            Is.EqualTo(days[^60..].Select(day => (DateTime?)day))
        );
        Refused.Operation(
            () => Estimator().Fit(data),
            "The series has no row for 2024-12-25 00:00:00 (5 such steps; rows are 1 "
                + "business day apart), and MissingSteps is Refuse: set it to LastValue or Linear to impute such steps, or correct the "
                + "data. List days that never have a row in the ClosedDays of the Calendar."
        );
        Refused.Operation(
            () =>
                _ml.Forecasting.Backtest(
                    data,
                    _ml.Transforms.CopyColumns("Copy", "Value").Append(Estimator(Closed)),
                    "Value",
                    "Forecast",
                    folds: 1,
                    horizon: 2,
                    timeColumnName: "Time"
                ),
            "give Backtest the RnnForecastingEstimator itself, which has its TimeZone, Frequency and Calendar."
        );
        using var engine = _ml.Forecasting.CreateForecastEngine<Dated, Answer>(model);
        Refused.Operation(
            () => engine.Observe(new Dated { Time = new DateTime(2025, 4, 18), Value = 1 }),
            "The series has a row at "
                + "2025-04-18 00:00:00, which is a day without a step (steps are 1 business day apart): leave the row out."
        );
    }

    private static IEnumerable<TestCaseData> Numbers()
    {
        yield return Case<sbyte>();
        yield return Case<byte>();
        yield return Case<short>();
        yield return Case<ushort>();
        yield return Case<int>();
        yield return Case<uint>();
        yield return Case<long>();
        yield return Case<ulong>();
        yield return Case<float>();
        yield return Case<double>();

        static TestCaseData Case<T>()
            where T : System.Numerics.INumber<T> =>
            new TestCaseData(
                (Action<TimesTests>)(
                    tests =>
                        tests.GoesOn(
                            [.. Enumerable.Range(0, 60).Select(t => new Counted<T> { Time = T.CreateChecked(2 * t), Value = Wave(t) })],
                            40
                        )
                )
            ).SetArgDisplayNames(typeof(T).Name);
    }

    private sealed class Counted<T>
    {
        public T Time { get; set; } = default!;
        public float Value { get; set; }
    }

    [TestCaseSource(nameof(Numbers))]
    public void Whole_numbers_of_any_type_are_times(Action<TimesTests> goesOn) => goesOn(this);

    [Test]
    public void Numbers_that_cannot_count_are_refused()
    {
        void Fit<T>(params T[] times) =>
            Estimator().Fit(_ml.Data.LoadFromEnumerable(times.Select(time => new Counted<T> { Time = time, Value = 1 }).ToArray()));
        Refused.Operation(
            () => Fit(0, 0.5f),
            "Row 1 has the time 0.5 in column 'Time', which is not whole: number the steps, or " + "give DateTime values."
        );
        Refused.Operation(() => Fit(0, float.NaN), "Row 1 has the time NaN in column 'Time', which is not whole");
        Refused.Operation(() => Fit(0, 20_000_001f), "Row 1 has the time 20000000 in column 'Time', which Single cannot count steps by");
        Refused.Operation(() => Fit(0, double.PositiveInfinity), "which Double cannot count steps by");
        Refused.Operation(
            () => Fit(long.MinValue, long.MaxValue),
            "Row 0 has the time -9223372036854775808 in column 'Time', which " + "Int64 cannot count steps by"
        );
        Refused.Argument(
            () =>
                Estimator(o => o.CalendarFeatures = CalendarFeatures.DayOfWeek)
                    .Fit(
                        _ml.Data.LoadFromEnumerable(
                            new[]
                            {
                                new Counted<int> { Time = 1, Value = 1 },
                            }
                        )
                    ),
            "expected DateTime or DateTimeOffset, as calendar features need, got Int32"
        );
        Refused.Argument(
            () =>
                Estimator(o => o.TimeZone = "UTC")
                    .Fit(
                        _ml.Data.LoadFromEnumerable(
                            new[]
                            {
                                new Counted<int> { Time = 1, Value = 1 },
                            }
                        )
                    ),
            "expected DateTime or DateTimeOffset, as a TimeZone needs, got Int32"
        );
    }

    [Test]
    public void Times_far_from_all_others_are_refused_before_anything_of_their_length_is_made([Values] MissingSteps missing)
    {
        Dated[] rows = Rows(Enumerable.Range(0, 200).Select(hour => new DateTime(2024, 1, 1).AddHours(hour)));
        RnnForecastingTransformer model = Estimator(o => o.MissingSteps = missing).Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[100].Time = rows[100].Time.AddYears(5000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string sentence =
            missing == MissingSteps.Refuse
                ? "The series has no row for 2024-01-05 " + "04:00:00"
                : "between 2024-01-09 07:00:00 and 7024-01-05 04:00:00: correct the time of one of these rows, or set "
                    + "Frequency to the step between rows.";
        Refused.Operation(() => Estimator(o => o.MissingSteps = missing).Fit(_ml.Data.LoadFromEnumerable(rows)), sentence);
        Refused.Operation(() => TinySeries.Vectors(model.Transform(_ml.Data.LoadFromEnumerable(rows))), sentence);
        rows[100].Time = default;
        Refused.Operation(
            () => Estimator(o => o.MissingSteps = missing).Fit(_ml.Data.LoadFromEnumerable(rows)),
            missing == MissingSteps.Refuse
                ? "The series has no row for 0001-01-01 01:00:00"
                : "between 0001-01-01 00:00:00 and 2024-01-01 00:00:00"
        );
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20));
    }

    [Test]
    public void Times_of_another_kind_than_those_of_training_are_refused()
    {
        RnnForecastingTransformer model = Estimator()
            .Fit(
                _ml.Data.LoadFromEnumerable(
                    Rows(Enumerable.Range(0, 60).Select(hour => new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hour)))
                )
            );
        Refused.Argument(
            () =>
                model.Transform(
                    _ml.Data.LoadFromEnumerable(Rows(Enumerable.Range(0, 60).Select(hour => new DateTime(2024, 1, 1).AddHours(hour))))
                ),
            "expected DateTimeOffset, as in training, got DateTime"
        );
    }
}
