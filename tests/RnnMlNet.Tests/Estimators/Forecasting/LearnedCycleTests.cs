using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Scoring;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>A cycle that is learned with the network: what it computes, and what it learns that a window does not show.</summary>
[TestFixture]
public class LearnedCycleTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }

    /// <summary>With units of 1, the same network without a cycle on series without the cycle, to whose forecasts it is added.</summary>
    [Test, Pairwise]
    public void It_is_subtracted_from_the_window_and_added_to_the_forecast(
        [Values(2, 7, 31)] int length,
        [Values(ForecastModel.Direct, ForecastModel.Segments)] ForecastModel model,
        [Values] ForecastResidual residual,
        [Values(1, 3)] int quantiles,
        [Values(5, 8)] int horizon,
        [Values(2, 11, 16)] int window
    )
    {
        var sample = new ForecasterSample
        {
            CycleLength = length,
            Model = model,
            Normalization = WindowNormalization.None,
            Residual = residual,
            Targets = 2,
            Past = 1,
            Quantiles = quantiles,
            Horizon = horizon,
            Window = window,
        };
        TimeSeries series = sample.Series(level: 1, size: 1);
        ForecastNetwork cycling = Unscaled(sample.Network(series)),
            plain = Unscaled((sample with { CycleLength = 0 }).Network(series));
        float[] cycle = cycling.Members[0].Weights[LearnedCycle.Weight];
        plain = plain with { Members = [plain.Members[0] with { Weights = Without(cycling.Members[0].Weights) }] };
        int end = 40;
        float At(int channel, int step) => cycle[channel * length + (int)(((series.FirstNumber + step) % length + length) % length)];
        var rest = new TimeSeries(2, 1, 0);
        for (int t = 0; t < end; t++)
            rest.Add([series.Targets(0, t, 1)[0] - At(0, t), series.Targets(1, t, 1)[0] - At(1, t)], series.Past(0, t, 1));

        float[] actual = Forecast(cycling, series, end),
            expected = Forecast(plain, rest, end);
        for (int channel = 0; channel < 2; channel++)
        for (int h = 0; h < horizon; h++)
            expected[channel * horizon + h] += At(channel, end + h);
        Assert.That(actual, Is.EqualTo(expected).Within(1e-5));
    }

    private static float[] Forecast(ForecastNetwork model, TimeSeries series, int end)
    {
        var forecasts = new WindowForecasts();
        new WindowForecaster(model).Run([new WindowPosition(series, end)], forecasts, threads: 1);
        return forecasts.Values(0).ToArray();
    }

    private static ForecastNetwork Unscaled(ForecastNetwork model) => model with { Targets = new FeatureScaling([0, 0], [1, 1]) };

    private static NetworkWeights Without(NetworkWeights weights) =>
        new(weights.Tensors.Where(tensor => tensor.Name != LearnedCycle.Weight));

    // 5 more on Sundays, in two shops, the second from a Thursday on: three days do not show which day it is.
    private static SeriesStep[] Days(int count = 300) => [.. Days("a", 0, 0, count), .. Days("b", 45, 7, count)];

    private static IEnumerable<SeriesStep> Days(string shop, int first, float level, int count) =>
        Enumerable
            .Range(first, count)
            .Select(day => TinySeries.Start.AddDays(day))
            .Select(day => new SeriesStep
            {
                Key = shop,
                Time = day,
                Value = level + (day.DayOfWeek == DayOfWeek.Sunday ? 5 : 0),
                Pair = [0, 0],
            });

    private static Action<RnnForecastingEstimator.Options> Options(ForecastModel model, EngineKind engine, int? cycle) =>
        o =>
        {
            (o.WindowSize, o.Horizon, o.TimeColumnName, o.SeriesKeyColumnName) = (3, 2, nameof(SeriesStep.Time), nameof(SeriesStep.Key));
            (o.Normalization, o.Loss, o.Model, o.Engine) = (WindowNormalization.LastValue, ForecastLoss.Squared, model, engine);
            (o.MaxEpochs, o.EarlyStoppingPatience, o.CycleLength) = (30, 0, cycle);
        };

    [Test]
    public void It_learns_a_week_that_no_window_shows(
        [Values(ForecastModel.Segments, ForecastModel.Direct)] ForecastModel model,
        [Values(EngineKind.Simd, EngineKind.Torch)] EngineKind engine
    )
    {
        IDataView data = TinySeries.Load(_ml, Days());
        double Error(int? cycle)
        {
            using RnnForecastingTransformer fitted = TinySeries.Estimator(_ml, Options(model, engine, cycle)).Fit(data);
            return _ml
                .Forecasting.Evaluate(
                    fitted.Transform(data),
                    nameof(SeriesStep.Value),
                    "Forecast",
                    timeColumnName: nameof(SeriesStep.Time),
                    seriesKeyColumnName: nameof(SeriesStep.Key)
                )
                .MeanSquaredError;
        }
        Assert.That(Error(7), Is.LessThan(0.3 * Error(null)));
    }

    /// <summary>After training, from an empty series, after it has dropped old steps, and in a checkpoint.</summary>
    [Test]
    public void An_engine_knows_the_position_in_the_cycle()
    {
        SeriesStep[] steps = [.. Days().Where(step => step.Key == "b")];
        IDataView data = TinySeries.Load(_ml, steps);
        using RnnForecastingTransformer model = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    Options(ForecastModel.Segments, EngineKind.Simd, 7)(o);
                    o.TrainSize = 200;
                }
            )
            .Fit(data);
        float[][] forecasts = TinySeries.Vectors(model.Transform(data));
        Assert.That(forecasts[^10..].Select(forecast => forecast[0]).Distinct().Count(), Is.GreaterThan(3));
        using var anew = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(
            model,
            new ForecastEngineOptions { StartsAfterTraining = false }
        );
        using var after = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(model);
        for (int t = 30; t < steps.Length; t++)
        {
            anew.Observe(steps[t]);
            if (t >= 200)
                after.Observe(steps[t]);
            if (t >= 40)
                Assert.That(anew.Predict("b").Forecast, Is.EqualTo(forecasts[t]).Within(1e-4), $"at {t}");
            if (t >= 200)
                Assert.That(after.Predict("b").Forecast, Is.EqualTo(forecasts[t]).Within(1e-4), $"at {t}, after training");
        }
        using var folder = new TemporaryFolder();
        anew.CheckPoint(folder.PathOf("series"));
        using var opened = _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(model, folder.PathOf("series"));
        Assert.That(opened.Predict("b").Forecast, Is.EqualTo(anew.Predict("b").Forecast));
        var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);
        Assert.That(TinySeries.Vectors(loaded.Transform(TinySeries.Load(_ml, steps[100..])))[^1], Is.EqualTo(forecasts[^1]).Within(1e-5));
    }

    [Test]
    public void The_weights_and_metadata_are_in_a_safetensors_file()
    {
        using RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, Options(ForecastModel.Segments, EngineKind.Simd, 7))
            .Fit(TinySeries.Load(_ml, Days(60)));
        using var file = new MemoryStream();
        model.SaveSafetensors(file);
        Dictionary<string, (long[] Shape, float[] Values)> tensors = SafetensorsBytes.Parse(file.ToArray());
        Assert.That(tensors["cycle.weight"].Shape, Is.EqualTo([1L, 7L]));
        Assert.That(tensors["cycle.weight"].Values.Max(), Is.GreaterThan(tensors["cycle.weight"].Values.Min()));
        Assert.That(SafetensorsBytes.Open(file.ToArray()).Metadata["rnnmlnet.cycle_length"], Is.EqualTo("7"));
        Assert.That(model.History.Options["CycleLength"], Is.EqualTo("7"));
    }
}
