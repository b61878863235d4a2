using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Columns of all quantiles of a forecast, and their evaluation.</summary>
[TestFixture]
public class QuantileColumnsTests
{
    private static readonly float[] _levels = [0.1f, 0.25f, 0.5f, 0.75f, 0.9f];
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
        public float[] Quantiles { get; set; } = [];
    }

    private sealed class Judged
    {
        public float Value { get; set; }

        [VectorType(2, 3)]
        public float[] Quantiles { get; set; } = [];
    }

    private static Action<RnnForecastingEstimator.Options> Options(string input = nameof(SeriesStep.Value)) =>
        o =>
        {
            (o.Loss, o.Quantiles) = (ForecastLoss.Quantile, _levels);
            o.Columns =
            [
                new ForecastColumn
                {
                    InputColumnName = input,
                    OutputColumnName = "Forecast",
                    QuantilesColumn = "Quantiles",
                },
            ];
        };

    [Test]
    public void They_ascend_around_the_forecast_in_a_Transform_a_loaded_model_and_an_engine(
        [Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values(1, 2)] int networks
    )
    {
        SeriesStep[] steps = TinySeries.Steps(130);
        IDataView data = TinySeries.Load(_ml, steps);
        using RnnForecastingTransformer forecaster = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    Options()(o);
                    (o.Model, o.EnsembleSize, o.NaiveShare) = (model, networks, 0.2f);
                }
            )
            .Fit(data);
        Assert.That(forecaster.Quantiles, Is.EqualTo(_levels));
        IDataView view = forecaster.Transform(data);
        Assert.That(view.Schema["Quantiles"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 4, 5)));
        float[][] forecasts = TinySeries.Vectors(view),
            quantiles = TinySeries.Vectors(view, "Quantiles");
        Assert.That(quantiles[14], Has.Length.EqualTo(20).And.All.NaN);
        for (int t = 15; t < steps.Length; t++)
        for (int h = 0; h < 4; h++)
        {
            float[] own = quantiles[t][(h * 5)..(h * 5 + 5)];
            Assert.That(own, Is.Ordered.And.None.NaN);
            Assert.That(forecasts[t][h], Is.InRange(own[0] - 1e-3f, own[4] + 1e-3f));
        }
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, forecaster, data.Schema), out _);
        Assert.That(TinySeries.Vectors(loaded.Transform(data), "Quantiles")[^1], Is.EqualTo(quantiles[^1]));
        using var engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(
            forecaster,
            new ForecastEngineOptions { StartsAfterTraining = false }
        );
        Array.ForEach(steps, engine.Observe);
        Assert.That(engine.Predict().Quantiles, Is.EqualTo(quantiles[^1]).Within(1e-4));
    }

    [Test]
    public void Vectors_and_fewer_steps()
    {
        IDataView data = TinySeries.Load(_ml);
        using RnnForecastingTransformer pair = TinySeries.Estimator(_ml, Options(nameof(SeriesStep.Pair))).Fit(data);
        Assert.That(pair.Transform(data).Schema["Quantiles"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 2, 4, 5)));
        using RnnForecastingTransformer variable = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    Options()(o);
                    o.VariableHorizon = true;
                }
            )
            .Fit(data);
        using var engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(variable);
        Assert.That(engine.Predict(horizon: 2).Quantiles, Is.EqualTo(engine.Predict().Quantiles[..10]));
    }

    [Test]
    public void Quantiles_that_cross_are_sorted_and_move_with_the_forecast()
    {
        var forecasts = new WindowForecasts();
        forecasts.Size(windows: 2, width: 1, outputs: 3);
        forecasts.Set(1, [4, 1, 2], scale: 1, bias: 0.5f);
        // The middle output, and half the width above it.
        Assert.That(forecasts.Values(1)[0], Is.EqualTo(1.5f));
        Assert.That(forecasts.Quantiles(1).ToArray(), Is.EqualTo([1.5f, 2.5f, 4.5f]));
    }

    [Test]
    public void They_are_learned()
    {
        var random = new Random(1);
        IDataView data = TinySeries.Load(
            _ml,
            Enumerable
                .Range(0, 400)
                .Select(t => new SeriesStep
                {
                    Time = TinySeries.Start.AddHours(t),
                    Value = 100 * (float)random.NextDouble(),
                    Pair = [0, 0],
                })
                .ToArray()
        );
        using RnnForecastingTransformer model = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    Options()(o);
                    (o.Normalization, o.MaxEpochs, o.EarlyStoppingPatience) = (WindowNormalization.MeanAndDeviation, 15, 0);
                }
            )
            .Fit(data);
        ForecastQuantileMetrics metrics = _ml.Forecasting.EvaluateQuantiles(
            model.Transform(data),
            nameof(SeriesStep.Value),
            "Quantiles",
            model.Quantiles
        );
        foreach (QuantileLevelMetrics level in metrics.Levels)
            Assert.That(level.Coverage, Is.EqualTo(level.Level).Within(0.15), $"{metrics}");
        // Of the best constants, q (1 - q) 50.
        Assert.That(metrics.MeanQuantileLoss, Is.LessThan(1.2 * _levels.Average(q => 50 * q * (1 - q))));
    }

    [Test]
    public void Their_loss_is_that_of_each_step_and_level()
    {
        float[] levels = [0.2f, 0.5f, 0.9f];
        Judged[] rows =
        [
            new() { Value = 0, Quantiles = [1, 2, 3, float.NaN, 0, 0] },
            new() { Value = 2, Quantiles = [0, 4, 9, -1, 0, 5] },
            new() { Value = -4, Quantiles = [7, 8, 9, 7, 8, 9] },
        ];
        ForecastQuantileMetrics metrics = _ml.Forecasting.EvaluateQuantiles(
            _ml.Data.LoadFromEnumerable(rows),
            nameof(Judged.Value),
            nameof(Judged.Quantiles),
            levels
        );
        // 2 beside [1, 2, 3], -4 beside [0, 4, 9]; the pair two steps ahead lacks a quantile.
        double[] losses = [(0.2 * 1 + 0.8 * 4) / 2, (0 + 0.5 * 8) / 2, (0.1 * 1 + 0.1 * 13) / 2];
        Assert.That((metrics.Count, metrics.SkippedCount), Is.EqualTo((2L, 1L)));
        Assert.That(metrics.Levels.Select(level => level.QuantileLoss), Is.EqualTo(losses).Within(1e-6));
        Assert.That(metrics.Levels.Select(level => level.Coverage), Is.EqualTo([0.5, 1, 1]));
        Assert.That(metrics.MeanQuantileLoss, Is.EqualTo(losses.Average()).Within(1e-6));
        Assert.That(metrics.WeightedQuantileLoss, Is.EqualTo(losses.Average(loss => 2 * 2 * loss / 6)).Within(1e-6));
        Assert.That(metrics.ToString(), Does.StartWith("2 forecast values: mean quantile loss "));
    }

    [Test]
    public void Wrong_levels_are_refused()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Judged { Quantiles = new float[6] }]);
        void Evaluate(params float[] levels) =>
            _ml.Forecasting.EvaluateQuantiles(data, nameof(Judged.Value), nameof(Judged.Quantiles), levels);
        Refused.Argument(
            () => Evaluate(0.5f, 0.2f),
            "The quantiles are [0.5, 0.2]; they must be ascending levels in (0, 1), such as 0.1, 0.5, 0.9."
        );
        Refused.Argument(
            () => Evaluate(0.1f, 0.2f, 0.5f, 0.9f),
            "The column 'Quantiles' is Vector<Single, 2, 3>, but a column of 4 quantiles of 1 targets is [1, horizon, 4]: give the levels "
                + "that the forecaster was trained with, its Quantiles."
        );
        // As many numbers as 3 forecasts of 2 quantiles.
        Refused.Argument(() => Evaluate(0.2f, 0.5f), "a column of 2 quantiles of 1 targets is [1, horizon, 2]");
    }
}
