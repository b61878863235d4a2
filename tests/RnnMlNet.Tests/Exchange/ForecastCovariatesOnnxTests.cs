using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>ONNX files of forecasters with keys, static columns and a calendar: their inputs written by hand, beside Transform.</summary>
[TestFixture]
public class ForecastCovariatesOnnxTests
{
    private const int Window = 16,
        Horizon = 4,
        Days = 60;

    private readonly MLContext _ml = new(seed: 1);

    private sealed class Day
    {
        public string Shop { get; set; } = "only";
        public DateTime Date { get; set; }
        public float Sold { get; set; }

        [KeyType(3)]
        public byte Weather { get; set; }

        [KeyType(2)]
        public uint Offer { get; set; }

        [VectorType(2)]
        public float[] Size { get; set; } = [];

        [KeyType(3)]
        public uint Region { get; set; }
    }

    private static readonly DateOnly _holiday = new(2024, 2, 1);

    private static Day[] Rows() =>
        [
            .. Enumerable
                .Range(0, Days)
                .Select(day => new Day
                {
                    Date = new DateTime(2024, 1, 1).AddDays(day),
                    Sold = 10 + MathF.Sin(day),
                    Weather = (byte)(day % 4),
                    Offer = (uint)(day * day % 3),
                    Size = [3, -7],
                    Region = 2,
                }),
        ];

    // In a class 0 is a key's first value, and what is beyond the last is missing.
    private static float[] OneHot(uint key, int count) => [.. Enumerable.Range(0, count).Select(value => value == key ? 1f : 0)];

    private static float[] Known(Day day) => [.. OneHot(day.Offer, 2), DateOnly.FromDateTime(day.Date) == _holiday ? 1 : 0];

    private static float[] Windows(Day[] rows, Func<Day, float[]> numbers, int count, int ahead = 0) =>
        [.. Enumerable.Range(0, count).SelectMany(first => rows.Skip(first).Take(Window + ahead)).SelectMany(numbers)];

    [Test]
    public void Forecasts_are_those_of_Transform([Values] ForecastModel model)
    {
        Day[] rows = Rows();
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        using RnnForecastingTransformer trained = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    o.Columns = [new ForecastColumn { InputColumnName = "Sold", OutputColumnName = "Forecast" }];
                    (o.TimeColumnName, o.SeriesKeyColumnName, o.EmbedSeries, o.Model) = ("Date", "Shop", true, model);
                    (o.PastColumnNames, o.KnownColumnNames, o.StaticColumnNames) = (["Weather"], ["Offer"], ["Size", "Region"]);
                    o.Calendar = new SeriesCalendar { Holidays = [new CalendarDay(_holiday, "Feast")] };
                }
            )
            .Fit(data);
        int count = rows.Length - Window - Horizon + 1;
        using OnnxRun run = OnnxRun.Of(trained.SaveAsOnnx);
        float[] result = run.Run([
                OnnxRun.Value("targets", Windows(rows, day => [day.Sold], count), count, Window, 1),
                OnnxRun.Value("past", Windows(rows, day => OneHot(day.Weather, 3), count), count, Window, 3),
                OnnxRun.Value("known", Windows(rows, Known, count, Horizon), count, Window + Horizon, 3),
                OnnxRun.Value("static", [.. Enumerable.Range(0, count).SelectMany(_ => (float[])[3, -7, 3, 1])], count, 4),
            ])
            .Floats("Forecast");
        float[] expected = [.. TinySeries.Vectors(trained.Transform(data)).Skip(Window - 1).Take(count).SelectMany(row => row)];
        Assert.That(result, Is.EqualTo(expected).Within(1e-4));
        Assert.That(expected, Has.None.NaN);
        var metadata = run.Metadata.CustomMetadataMap;
        Assert.That(metadata["static_columns"], Is.EqualTo("""["Size","Region"]"""));
        Assert.That(
            JsonSerializer.Deserialize<Dictionary<string, int>>(metadata["key_values"]),
            Is.EquivalentTo(
                new Dictionary<string, int>
                {
                    ["Weather"] = 3,
                    ["Offer"] = 2,
                    ["Region"] = 3,
                }
            )
        );
        Assert.That(metadata["series_keys"], Is.EqualTo("""["only"]"""));
        Assert.That(metadata["calendar_features"], Is.EqualTo("""["Holiday"]"""));
        Assert.That(metadata["holidays"], Is.EqualTo("""["2024-02-01"]"""));
        Assert.That((metadata["closed_days"], metadata["closed_weekdays"]), Is.EqualTo(("[]", "[]")));
    }
}
