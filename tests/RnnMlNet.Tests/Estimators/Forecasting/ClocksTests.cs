using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Local times over summer time, from training to an engine.</summary>
[TestFixture]
internal sealed class ClocksTests : TimesFixture
{
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
}
