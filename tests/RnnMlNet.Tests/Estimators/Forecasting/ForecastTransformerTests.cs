using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

[TestFixture]
public class ForecastTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);
    private RnnForecastingTransformer _model = null!;

    [OneTimeSetUp]
    public void Fit() => _model = TinySeries.Estimator(_ml).Fit(TinySeries.Load(_ml));

    [OneTimeTearDown]
    public void Dispose() => _model.Dispose();

    [Test]
    public void Rows_have_no_forecast_before_the_window_is_full()
    {
        float[][] forecasts = TinySeries.Vectors(_model.Transform(TinySeries.Load(_ml, 40)));
        Assert.That(forecasts, Has.All.Length.EqualTo(4));
        Assert.That(forecasts[..15].SelectMany(values => values), Is.All.NaN);
        Assert.That(forecasts[15..].SelectMany(values => values), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void A_forecast_is_of_the_rows_up_to_its_own()
    {
        SeriesStep[] steps = TinySeries.Steps(60),
            changed = TinySeries.Steps(60);
        foreach (SeriesStep step in changed[40..])
            step.Value += 100;
        foreach (string column in new[] { "Forecast", "Lower", "Upper" })
        {
            float[][] one = TinySeries.Vectors(_model.Transform(TinySeries.Load(_ml, steps)), column),
                other = TinySeries.Vectors(_model.Transform(TinySeries.Load(_ml, changed)), column);
            Assert.That(other[..40], Is.EqualTo(one[..40]), column);
            Assert.That(other[40], Is.Not.EqualTo(one[40]), column);
        }
    }

    [Test]
    public void Bounds_lie_about_the_forecast_and_widen_with_the_confidence()
    {
        IDataView data = TinySeries.Load(_ml, 60);
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, _model, data.Schema), out _);
        float Width(float level)
        {
            loaded.ConfidenceLevel = level;
            IDataView view = loaded.Transform(data);
            return TinySeries.Vectors(view, "Upper")[^1][0] - TinySeries.Vectors(view, "Lower")[^1][0];
        }
        float[] widths = [.. new[] { 0.2f, 0.5f, 0.8f, 0.95f }.Select(Width)];
        Assert.That(widths, Is.Ordered);
        Assert.That(widths[0], Is.GreaterThan(0));
        Refused.Argument(() => loaded.ConfidenceLevel = 1, "ConfidenceLevel is 1; it must be in (0, 1), such as 0.95.");
    }

    [Test]
    public void Intervals_hold_on_what_was_not_trained_on([Values] ForecastLoss loss)
    {
        IDataView data = TinySeries.Load(_ml, 2000);
        using RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, o => (o.Loss, o.TrainSize, o.ValidationFraction, o.ConfidenceLevel) = (loss, 1000, 0.5, 0.8f))
            .Fit(data);
        ForecastMetrics metrics = _ml.Forecasting.Evaluate(
            _ml.Data.SkipRows(model.Transform(data), 999),
            nameof(SeriesStep.Value),
            "Forecast",
            "Lower",
            "Upper",
            0.8f
        );
        Assert.That(metrics.Steps.Select(step => step.Coverage), Is.All.EqualTo(0.8).Within(0.04));
    }

    [Test]
    public void Series_that_go_on_after_training_are_forecast_from_their_first_row()
    {
        SeriesStep[] steps = TinySeries.Steps(160);
        RnnForecastingEstimator estimator = TinySeries.Estimator(
            _ml,
            o => (o.TimeColumnName, o.TrainSize) = (nameof(SeriesStep.Time), 120)
        );
        RnnForecastingTransformer model = estimator.Fit(TinySeries.Load(_ml, steps));
        float[][] all = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, steps))),
            after = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, steps[120..])));
        Assert.That(after, Is.EqualTo(all[120..]));
        Assert.That(TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, steps[121..])))[0], Is.All.NaN, "A step is missing between.");
    }

    [Test]
    public void Rows_may_stand_in_any_order_where_they_have_times()
    {
        SeriesStep[] steps = TinySeries.Steps(60),
            mixed = [.. steps];
        new Random(1).Shuffle(mixed);
        RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, o => o.TimeColumnName = nameof(SeriesStep.Time))
            .Fit(TinySeries.Load(_ml));
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, mixed))),
            ordered = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, steps)));
        Assert.That(forecasts, Is.EqualTo(mixed.Select(step => ordered[Array.IndexOf(steps, step)])));
    }

    [Test]
    public void Columns_known_beforehand_are_needed_as_far_as_the_horizon()
    {
        IDataView data = TinySeries.Load(_ml, 60);
        RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => o.KnownColumnNames = [nameof(SeriesStep.Known)]).Fit(data);
        float[][] forecasts = TinySeries.Vectors(model.Transform(data));
        Assert.That(forecasts[55], Is.All.Matches<float>(float.IsFinite));
        Assert.That(forecasts[56..].SelectMany(values => values), Is.All.NaN);

        // The same rows with the values of the last four still to come.
        SeriesStep[] open = TinySeries.Steps(60);
        foreach (SeriesStep step in open[56..])
            step.Value = float.NaN;
        float[][] ahead = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, open)));
        Assert.That(ahead[55], Is.EqualTo(forecasts[55]));
        Assert.That(ahead[56..].SelectMany(values => values), Is.All.NaN);
    }

    [Test]
    public void A_row_alone_is_refused_with_what_to_do() =>
        Refused.Operation(
            () => ((ITransformer)_model).GetRowToRowMapper(TinySeries.Load(_ml, 1).Schema),
            "a PredictionEngine cannot make it from one row: use Transform, or an engine of "
                + "ml.Forecasting.CreateForecastEngine, which keeps the series."
        );

    [Test]
    public void Other_columns_than_those_of_training_are_refused()
    {
        RnnForecastingTransformer pairs = TinySeries
            .Estimator(_ml, o => o.Columns = [new ForecastColumn { InputColumnName = nameof(SeriesStep.Pair) }])
            .Fit(TinySeries.Load(_ml));
        IDataView longer = _ml
            .Transforms.Concatenate(nameof(SeriesStep.Pair), nameof(SeriesStep.Pair), nameof(SeriesStep.Value))
            .Fit(TinySeries.Load(_ml))
            .Transform(TinySeries.Load(_ml));
        Refused.Argument(() => pairs.Transform(longer), "expected 2 numbers in all, as in training, got 3 numbers");
        RnnForecastingTransformer timed = TinySeries
            .Estimator(_ml, o => o.TimeColumnName = nameof(SeriesStep.Time))
            .Fit(TinySeries.Load(_ml));
        IDataView numbered = _ml
            .Transforms.CopyColumns(nameof(SeriesStep.Time), nameof(SeriesStep.Known))
            .Fit(TinySeries.Load(_ml))
            .Transform(TinySeries.Load(_ml));
        Refused.Argument(() => timed.Transform(numbered), "expected DateTime, as in training, got Single");
    }

    [Test]
    public void Many_threads_forecast_as_one_does([Values(1, 2, 7)] int threads)
    {
        IDataView data = TinySeries.Load(_ml, 900);
        _model.ScoringThreads = threads;
        float[][] forecasts = TinySeries.Vectors(_model.Transform(data));
        _model.ScoringThreads = null;
        Assert.That(forecasts, Is.EqualTo(TinySeries.Vectors(_model.Transform(data))));
    }

    [Test]
    public void Columns_that_nobody_asks_for_cost_nothing()
    {
        IDataView view = _model.Transform(TinySeries.Load(_ml, 40));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Value"]]);
        Assert.That(cursor.MoveNext(), Is.True);
        Assert.That(cursor.IsColumnActive(view.Schema["Forecast"]), Is.False);
        Assert.That(
            () => cursor.GetGetter<VBuffer<float>>(view.Schema["Forecast"]),
            Throws.InstanceOf<ArgumentException>().Or.InstanceOf<InvalidOperationException>()
        );
    }
}
