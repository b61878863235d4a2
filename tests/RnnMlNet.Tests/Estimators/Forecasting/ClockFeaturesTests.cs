using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Calendar features are those of the clock.</summary>
[TestFixture]
internal sealed class ClockFeaturesTests : TimesFixture
{
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
}
