using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
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

    // Sales that an offer, each eighth day from the seventh on, raises, and in region 1 lowers: no window before one shows it. Of a key in
    // a class 0 is the first value, and the number of values and more are missing.
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
        Assert.That((layout.Past, layout.Known, layout.Statics), Is.EqualTo((3, Kinds, 1)));
        Assert.That(layout.Categories, Is.EqualTo(new[] { new CategoryShape(3, 1) }));
        Assert.That(model.Trained.Forecaster.Known!.Mean, Is.All.Zero);
        Assert.That(model.Trained.Forecaster.Known.Deviation, Is.All.EqualTo(1f));
        Assert.That(model.Trained.Forecaster.Statics!.Mean, Is.EqualTo(new[] { 2f }));
        Assert.That(model.Trained.LastWindows.Select(tail => tail.Steps.Statics), Is.EqualTo(new float[][] { [1, 1], [2, 2], [3, 1] }));
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
            "The series 'shop 2' has rows with different values in the static columns Size, Region (3, 1 and 17, 1): a static column "
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

    [Test]
    public void What_columns_do_not_tell_of_a_series_its_embedding_learns()
    {
        Day[] shops = Shops(8);
        IDataView data = Load(shops);
        double Error(bool embeds)
        {
            float[][] forecasts = TinySeries.Vectors(OfSeries(data, o => o.EmbedSeries = embeds).Transform(data));
            // The first offer after a window without one.
            return Enumerable.Range(0, 8).Average(shop => Math.Abs(forecasts[shop * Days + 5][0] - shops[shop * Days + 6].Sold));
        }
        Assert.That(Error(embeds: true), Is.LessThan(2.5), "An offer's effect is 3 to 12.");
        Assert.That(Error(embeds: false), Is.GreaterThan(3), "The effect's sign is the shop's.");
    }

    private RnnForecastingTransformer OfSeries(IDataView data, Action<RnnForecastingEstimator.Options> configure) =>
        Estimator(o =>
            {
                (o.MaxEpochs, o.HiddenSize, o.Normalization) = (30, 16, WindowNormalization.None);
                (o.Model, o.SegmentLength, o.KnownColumnNames) = (ForecastModel.Segments, 1, ["Offer"]);
                configure(o);
            })
            .Fit(data);

    [Test]
    public void A_series_that_is_not_known_is_the_unseen_one_by_both_ways_and_after_loading()
    {
        IDataView data = Load(Shops(3));
        RnnForecastingTransformer fitted = Estimator(o => (o.EmbedSeries, o.StaticColumnNames) = (true, ["Size", "Region"])).Fit(data);
        var model = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);
        Assert.That(model.Trained.Forecaster.SeriesKeys, Is.EqualTo(new[] { "shop 0", "shop 1", "shop 2" }));
        Assert.That(model.Trained.LastWindows[^1].Steps.Statics, Is.EqualTo(new float[] { 3, 1, 3 }));

        Day[] known = [.. Shop("shop 0", 0, 1).TakeLast(20)],
            unseen = [.. Shop("shop 0", 0, 1).TakeLast(20)];
        foreach (Day day in unseen)
            day.Shop = "a new one";
        float[][] ofUnseen = TinySeries.Vectors(model.Transform(Load(unseen)));
        var options = new ForecastEngineOptions { StartsAfterTraining = false };
        using var engine = _ml.Forecasting.CreateForecastEngine<Day, Answer>(model, options);
        for (int t = 0; t < unseen.Length; t++)
        {
            engine.Observe(unseen[t]);
            engine.Observe(known[t]);
            if (t >= 5)
            {
                Assert.That(engine.Predict("a new one").Forecast, Is.EqualTo(ofUnseen[t]).Within(1e-5));
                Assert.That(engine.Predict("shop 0").Forecast, Is.Not.EqualTo(ofUnseen[t]), "Its embedding is its own.");
            }
        }
    }

    [Test]
    public void Training_continues_with_the_embeddings_of_the_previous_model()
    {
        RnnForecastingTransformer previous = Estimator(o => o.EmbedSeries = true).Fit(Load(Shops(3)));
        IDataView more = Load(Shops(2).Concat(Shops(1, first: 7)));
        RnnForecastingTransformer next = Estimator(o => o.EmbedSeries = true).Fit(more, previous);
        Assert.That(next.Trained.Forecaster.SeriesKeys, Is.EqualTo(previous.Trained.Forecaster.SeriesKeys));
        Assert.That(next.Trained.LastWindows.Select(tail => tail.Steps.Statics[^1]), Is.EqualTo(new[] { 1f, 2, 0 }));
        Refused.Argument(() => Estimator().Fit(more, previous), "EmbedSeries is True in it, False here");
    }

    [Test]
    public void Embeddings_are_as_wide_as_the_option_says_and_a_previous_models_stay()
    {
        IDataView data = Load(Shops(3));
        Action<RnnForecastingEstimator.Options> With(int? size) =>
            o => (o.EmbedSeries, o.StaticColumnNames, o.CategoryEmbeddingSize) = (true, ["Size", "Region"], size);
        RnnForecastingTransformer wide = Estimator(With(5)).Fit(data),
            usual = Estimator(With(null)).Fit(data);

        Assert.That(wide.Trained.Forecaster.Layout.Categories, Is.EqualTo(new CategoryShape[] { new(3, 5), new(4, 5) }));
        Assert.That(usual.Trained.Forecaster.Layout.Categories, Is.EqualTo(new CategoryShape[] { new(3, 1), new(4, 2) }));
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, wide, data.Schema), out _);
        Assert.That(TinySeries.Vectors(loaded.Transform(data)), Is.EqualTo(TinySeries.Vectors(wide.Transform(data))));
        Assert.That(wide.Histories[0].Options["CategoryEmbeddingSize"], Is.EqualTo("5"));

        Assert.That(Estimator(With(null)).Fit(data, wide).Trained.Forecaster.Layout.Categories[0].Size, Is.EqualTo(5));
        Refused.Argument(() => Estimator(With(5)).Fit(data, usual), "CategoryEmbeddingSize is [1, 2] in it, [5, 5] here");
    }

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }
}
