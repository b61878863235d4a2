using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Categories among past and known columns, and columns with one value for a series.</summary>
[TestFixture]
public class StaticColumnsTests
{
    private const int Kinds = 4,
        Days = 120;

    private readonly MLContext _ml = new(seed: 1);

    private sealed class Day
    {
        public string Shop { get; set; } = "";
        public DateTime Date { get; set; }
        public float Sold { get; set; }

        [KeyType(Kinds)]
        public uint Offer { get; set; }

        [KeyType(3)]
        public byte Weather { get; set; }

        /// <summary>Of the shop.</summary>
        public float Size { get; set; }

        [KeyType(2)]
        public uint Region { get; set; }
    }

    // Sales that an offer, each eighth day from the seventh on, raises, and in region 1 lowers: no window before one shows it. Of a key in a class 0 is the first value, and the
    // number of values and more are missing.
    private static Day[] Shop(string name, uint region, float size, int days = Days, int seed = 1)
    {
        var random = new Random(seed + name[^1]);
        return
        [
            .. Enumerable
                .Range(0, days)
                .Select(day => (Date: new DateTime(2024, 1, 1).AddDays(day), Offer: day % 8 == 6 ? (uint)random.Next(Kinds) : Kinds))
                .Select(day => new Day
                {
                    Shop = name,
                    Date = day.Date,
                    Offer = day.Offer,
                    Weather = (byte)(day.Date.Day % 4),
                    Size = size,
                    Region = region,
                    Sold = 20 + (region == 1 ? -1 : 1) * 3 * (day.Offer + 1) % 15 + (float)random.NextDouble(),
                }),
        ];
    }

    private static Day[] Shops(int count, int first = 0) =>
        [.. Enumerable.Range(first, count).SelectMany(i => Shop($"shop {i}", (uint)(i % 2), 1 + i % 5))];

    private RnnForecastingEstimator Estimator(Action<RnnForecastingEstimator.Options>? configure = null) =>
        TinySeries.Estimator(
            _ml,
            o =>
            {
                o.Columns = [new ForecastColumn { InputColumnName = "Sold", OutputColumnName = "Forecast" }];
                (o.TimeColumnName, o.SeriesKeyColumnName) = ("Date", "Shop");
                (o.WindowSize, o.Horizon, o.HiddenSize, o.MaxEpochs) = (6, 2, 8, 1);
                configure?.Invoke(o);
            }
        );

    private static void AllColumns(RnnForecastingEstimator.Options o)
    {
        o.PastColumnNames = ["Weather"];
        o.KnownColumnNames = ["Offer"];
        o.StaticColumnNames = ["Size", "Region"];
    }

    private IDataView Load(params IEnumerable<Day> days) => _ml.Data.LoadFromEnumerable(days);

    [Test]
    public void Shops_held_out_whole_are_forecast_from_their_first_window_by_region_and_offer()
    {
        IDataView data = Load(Shops(12));
        Day[] others = Shops(4, first: 12);
        double Error(Action<RnnForecastingEstimator.Options> columns)
        {
            RnnForecastingTransformer model = Estimator(o =>
                {
                    (o.MaxEpochs, o.HiddenSize, o.Normalization) = (15, 16, WindowNormalization.None);
                    (o.Model, o.SegmentLength) = (ForecastModel.Segments, 1);
                    columns(o);
                })
                .Fit(data);
            float[][] forecasts = TinySeries.Vectors(model.Transform(Load(others)));
            // Each shop's first window ends at its sixth day.
            return Enumerable.Range(0, 4).Average(shop => Math.Abs(forecasts[shop * Days + 5][0] - others[shop * Days + 6].Sold));
        }

        double with = Error(AllColumns),
            withoutRegion = Error(o => o.KnownColumnNames = ["Offer"]);
        Assert.That(with, Is.LessThan(1.5), "An offer's effect is 3 to 12.");
        Assert.That(withoutRegion, Is.GreaterThan(3), "The effect's sign is the region's.");
    }

    [Test]
    public void A_model_keeps_all_columns_from_training_to_an_engine([Values] ForecastModel model)
    {
        Day[] rows = Shop("a", 1, 3);
        ContinuedForecasts.Check(
            _ml,
            Estimator(o =>
            {
                (o.Model, o.SeriesKeyColumnName) = (model, null);
                o.PastColumnNames = ["Weather", "Offer"];
                o.StaticColumnNames = ["Size", "Region"];
            }),
            rows,
            training: 60
        );
    }

    [Test]
    public void A_key_is_a_number_for_each_of_its_values_and_none_where_it_is_missing()
    {
        RnnForecastingTransformer model = Estimator(AllColumns).Fit(Load(Shops(3)));
        var layout = model.Trained.Forecaster.Layout;
        Assert.That((layout.Past, layout.Known, layout.Statics), Is.EqualTo((3, Kinds, 3)));
        Assert.That(model.Trained.Forecaster.Known!.Mean, Is.All.Zero);
        Assert.That(model.Trained.Forecaster.Known.Deviation, Is.All.EqualTo(1f));
        Assert.That(model.Trained.Forecaster.Statics!.Mean, Is.EqualTo(new[] { 2f, 0, 0 }));
        Assert.That(
            model.Trained.LastWindows.Select(tail => tail.Steps.Statics),
            Is.EqualTo(new float[][] { [1, 1, 0], [2, 0, 1], [3, 1, 0] })
        );
        Day last = Shop("shop 0", 0, 1)[^1];
        float[] known = new float[Kinds];
        model.Trained.LastWindows[0].Steps.ReadKnown(model.Trained.LastWindows[0].Steps.Length - 1, known);
        Assert.That(known, Is.EqualTo(Enumerable.Range(0, Kinds).Select(offer => offer == last.Offer ? 1f : 0)));
    }

    [Test]
    public void Columns_of_other_keys_are_refused()
    {
        RnnForecastingTransformer model = Estimator(AllColumns).Fit(Load(Shops(3)));
        IDataView mapped = _ml
            .Transforms.CopyColumns("Kept", "Weather")
            .Append(_ml.Transforms.DropColumns("Offer"))
            .Append(_ml.Transforms.CopyColumns("Offer", "Weather"))
            .Fit(Load(Shops(3)))
            .Transform(Load(Shops(3)));
        Refused.Argument(
            () => model.Transform(mapped),
            "Schema mismatch for known covariate column 'Offer': expected a key of 4 values, as in training, got Key<Byte, 0-2>"
        );
        Refused.Argument(
            () => Estimator(o => o.KnownColumnNames = ["Shop"]).Fit(Load(Shops(3))),
            "Schema mismatch for known covariate column 'Shop': expected Single, or a known-size vector of Single, or a key"
        );
        IDataView many = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new ManyKinds { Sold = i, Kind = (uint)i }));
        Refused.Argument(
            () => Estimator(o => (o.TimeColumnName, o.SeriesKeyColumnName, o.KnownColumnNames) = (null, null, ["Kind"])).Fit(many),
            "expected a key of at most 100 values, each of which is an input of the network: map rare values to one first, got Key<UInt32, "
                + "0-999>"
        );
    }

    private sealed class ManyKinds
    {
        public float Sold { get; set; }

        [KeyType(1000)]
        public uint Kind { get; set; }
    }

    [Test]
    public void A_static_column_has_one_value_that_is_there()
    {
        Day[] rows = Shops(3);
        rows[^1].Size = 17;
        Refused.Operation(
            () => Estimator(AllColumns).Fit(Load(rows)),
            "The series 'shop 2' has rows with different values in the static columns Size, Region (3, 1, 0 and 17, 1, 0): a static column "
                + "has one value for a series. If a column changes with time, name it among KnownColumnNames or PastColumnNames."
        );
        rows[^1].Size = float.NaN;
        Refused.Operation(
            () => Estimator(AllColumns).Fit(Load(rows)),
            "The series 'shop 2' has a row with a value that is missing or infinite in one of the static columns Size, Region: give all of "
                + "its rows the same number."
        );
        RnnForecastingTransformer model = Estimator(AllColumns).Fit(Load(Shops(3)));
        Day[] next = [.. Shop("shop 2", 0, 3, days: Days + 9)[Days..]];
        using var engine = _ml.Forecasting.CreateForecastEngine<Day, Answer>(model);
        engine.Observe(next[0]);
        next[1].Region = 1;
        const string Changed = "The series 'shop 2' has rows with different values in the static columns Size, Region";
        Refused.Operation(() => engine.Observe(next[1]), Changed);
        Refused.Operation(() => TinySeries.Vectors(model.Transform(Load(next[1..]))), Changed);
    }

    [Test]
    public void A_previous_model_must_have_the_same_columns()
    {
        IDataView data = Load(Shops(3));
        RnnForecastingTransformer previous = Estimator(AllColumns).Fit(data);
        Assert.That(() => Estimator(AllColumns).Fit(data, previous), Throws.Nothing);
        Refused.Argument(
            () => Estimator(o => (o.PastColumnNames, o.KnownColumnNames) = (["Weather"], ["Offer"])).Fit(data, previous),
            "StaticColumnNames is [Size, Region] in it, [] here"
        );
    }

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }
}
