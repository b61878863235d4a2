using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>An engine's forecast of each row equals that of a Transform.</summary>
[TestFixture]
public class RnnForecastEngineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
        public float[] Lower { get; set; } = [];
        public float[] Upper { get; set; } = [];
    }

    private sealed class ForecastAlone
    {
        public float[] Forecast { get; set; } = [];
    }

    private static Action<RnnForecastingEstimator.Options> Timed(Action<RnnForecastingEstimator.Options>? more = null) =>
        options =>
        {
            options.TimeColumnName = nameof(SeriesStep.Time);
            more?.Invoke(options);
        };

    private RnnForecastEngine<SeriesStep, Answer> Engine(ITransformer model, Action<ForecastEngineOptions>? configure = null)
    {
        var options = new ForecastEngineOptions();
        configure?.Invoke(options);
        return _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(model, options);
    }

    [Test]
    public void Each_forecast_is_that_of_a_Transform([Values] ForecastModel model, [Values] ForecastLoss loss)
    {
        SeriesStep[] steps = TinySeries.Steps(400);
        using RnnForecastingTransformer forecaster = TinySeries
            .Estimator(_ml, o => (o.Model, o.Loss) = (model, loss))
            .Fit(TinySeries.Load(_ml));
        IDataView view = forecaster.Transform(TinySeries.Load(_ml, steps));
        float[][] forecasts = TinySeries.Vectors(view),
            lower = TinySeries.Vectors(view, "Lower"),
            upper = TinySeries.Vectors(view, "Upper");
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(forecaster, o => o.StartsAfterTraining = false);
        for (int t = 0; t < steps.Length; t++)
        {
            engine.Observe(steps[t]);
            if (t < 15)
                continue;
            Answer answer = engine.Predict();
            Assert.That(answer.Forecast, Is.EqualTo(forecasts[t]).Within(1e-5), $"at {t}");
            Assert.That(answer.Lower, Is.EqualTo(lower[t]).Within(1e-4), $"at {t}");
            Assert.That(answer.Upper, Is.EqualTo(upper[t]).Within(1e-4), $"at {t}");
        }
        Assert.That(engine.StepsOf(), Is.EqualTo(400));
    }

    [Test]
    public void It_begins_where_training_ended()
    {
        SeriesStep[] steps = TinySeries.Steps(130);
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, Timed(o => o.TrainSize = 120)).Fit(TinySeries.Load(_ml, steps));
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, steps)));
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        Assert.That(engine.Predict().Forecast, Is.EqualTo(forecasts[119]).Within(1e-5));
        Assert.That(engine.Predict(steps[120]).Forecast, Is.EqualTo(forecasts[120]).Within(1e-5));
        Refused.Operation(
            () => engine.Observe(steps[120]),
            "The series has a row at 2024-01-06 00:00:00, which is not later than its last, 2024-01-06 00:00:00: observe the rows of a "
                + "series in the order of time, each once."
        );
        Refused.Operation(() => engine.Observe(steps[123]), "so that 2 steps (01:00:00) are missing, and MissingSteps is Refuse");
        Assert.That(engine.Predict().Forecast, Is.EqualTo(forecasts[120]).Within(1e-5), "What was refused has changed nothing.");
    }

    [Test]
    public void Many_series_go_on_side_by_side()
    {
        SeriesStep[] a = TinySeries.Steps(80, "a"),
            b = TinySeries.Steps(80, "b", size: 2, level: -5, seed: 2);
        IDataView data = TinySeries.Load(_ml, a.Concat(b));
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => o.SeriesKeyColumnName = nameof(SeriesStep.Key)).Fit(data);
        float[][] forecasts = TinySeries.Vectors(model.Transform(data));
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model, o => o.StartsAfterTraining = false);
        Parallel.ForEach(new[] { a, b }, steps => Array.ForEach(steps, engine.Observe));
        Assert.That(engine.Count, Is.EqualTo(2));
        Assert.That(engine.Predict("a").Forecast, Is.EqualTo(forecasts[79]).Within(1e-5));
        Assert.That(engine.Predict("b").Forecast, Is.EqualTo(forecasts[159]).Within(1e-5));
        Refused.Operation(() => engine.Predict("c"), "There is no series 'c': observe its rows first. 2 series are held.");
        Assert.That(engine.Reset("a"), Is.True);
        engine.Observe(a[0]);
        Refused.Operation(
            () => engine.Predict("a"),
            "The series 'a' has had 1 steps, but a forecast is made from 16: observe more of its rows first."
        );
    }

    [Test]
    public void The_series_unused_for_longest_makes_room()
    {
        using RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, o => o.SeriesKeyColumnName = nameof(SeriesStep.Key))
            .Fit(TinySeries.Load(_ml));
        var evicted = new List<string>();
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(
            model,
            o => (o.Capacity, o.Evicted, o.StartsAfterTraining) = (2, evicted.Add, false)
        );
        foreach (string key in new[] { "a", "b", "a", "c" })
            engine.Observe(TinySeries.Steps(1, key)[0]);
        Assert.That(evicted, Is.EqualTo(["b"]));
        Assert.That((engine.Contains("a"), engine.Contains("b"), engine.EvictedCount), Is.EqualTo((true, false, 1L)));
    }

    [Test]
    public void Fewer_steps_and_another_confidence_may_be_asked_for()
    {
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => o.VariableHorizon = true).Fit(TinySeries.Load(_ml));
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        Answer whole = engine.Predict(),
            two = engine.Predict(horizon: 2),
            narrow = engine.Predict(confidenceLevel: 0.3f);
        Assert.That(two.Forecast, Is.EqualTo(whole.Forecast[..2]));
        Assert.That(two.Lower, Is.EqualTo(whole.Lower[..2]));
        Assert.That(narrow.Upper[0] - narrow.Lower[0], Is.LessThan(whole.Upper[0] - whole.Lower[0]));
        Refused.Argument(() => engine.Predict(horizon: 5), "horizon is 5; the model forecasts 1 to 4 steps.");
        Refused.Argument(() => engine.Predict(confidenceLevel: 0), "ConfidenceLevel is 0; it must be in (0, 1)");
        using RnnForecastingTransformer rigid = TinySeries.Estimator(_ml).Fit(TinySeries.Load(_ml));
        Refused.Argument(
            () => Engine(rigid).Predict(horizon: 2),
            "horizon is 2, but the model was trained without VariableHorizon, for 4 steps"
        );
    }

    [Test]
    public void What_is_known_beforehand_is_given_with_the_question(
        [Values(ForecastModel.Segments, ForecastModel.Direct, ForecastModel.EncoderDecoder)] ForecastModel kind
    )
    {
        SeriesStep[] steps = TinySeries.Steps(100);
        using RnnForecastingTransformer model = TinySeries
            .Estimator(
                _ml,
                Timed(o =>
                {
                    (o.Model, o.VariableHorizon, o.KnownColumnNames, o.CalendarFeatures) = (
                        kind,
                        true,
                        [nameof(SeriesStep.Known)],
                        CalendarFeatures.HourOfDay
                    );
                    o.TrainSize = 80;
                })
            )
            .Fit(TinySeries.Load(_ml, steps));
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, steps)));
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        engine.Observe(steps[80]);
        Assert.That(engine.Predict(known: steps[81..85]).Forecast, Is.EqualTo(forecasts[80]).Within(1e-4));
        Assert.That(engine.Predict(horizon: 2, known: steps[81..85]).Forecast, Is.EqualTo(forecasts[80][..2]).Within(1e-4));
        Refused.Operation(
            () => engine.Predict(horizon: 2, known: steps[81..83]),
            "The model has known future columns (Known), and forecasts 4 steps, but 2 future rows were given: give as many "
                + "as the model forecasts, as 'known'."
        );
    }

    [Test]
    public void Gaps_are_made_up_as_in_a_Transform([Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing)
    {
        SeriesStep[] steps = [.. TinySeries.Steps(80).Where((_, t) => t is not (50 or 51 or 60))];
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, Timed(o => o.MissingSteps = missing)).Fit(TinySeries.Load(_ml));
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, steps)));
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model, o => o.StartsAfterTraining = false);
        Array.ForEach(steps, engine.Observe);
        Assert.That(engine.Predict().Forecast, Is.EqualTo(forecasts[^1]).Within(1e-4));
        Assert.That(engine.StepsOf(), Is.EqualTo(80));
        Refused.Operation(
            () => engine.Observe(new SeriesStep { Time = TinySeries.Start.AddHours(100), Pair = [0, 0] }),
            "the 20 steps between are more than a window of 16"
        );
    }

    [Test]
    public void A_reopened_engine_goes_on_to_the_bit()
    {
        SeriesStep[] steps = TinySeries.Steps(200);
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, Timed(o => o.TrainSize = 120)).Fit(TinySeries.Load(_ml, steps));
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("engine.ckpt");
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        for (int t = 120; t < 170; t++)
            engine.Predict(steps[t]);
        engine.CheckPoint(path);

        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, TinySeries.Load(_ml).Schema), out _);
        using RnnForecastEngine<SeriesStep, Answer> reopened = _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(loaded, path);
        Assert.That(reopened.StepsOf(), Is.EqualTo(engine.StepsOf()));
        for (int t = 170; t < 200; t++)
        {
            Answer one = engine.Predict(steps[t]),
                other = reopened.Predict(steps[t]);
            Assert.That((other.Forecast, other.Lower, other.Upper), Is.EqualTo((one.Forecast, one.Lower, one.Upper)));
        }

        using RnnForecastingTransformer another = TinySeries.Estimator(_ml, Timed(o => o.Seed = 2)).Fit(TinySeries.Load(_ml));
        Assert.That(
            () => _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(another, path),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("was written with another model")
        );
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.That(() => _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(model, path), Throws.InstanceOf<FormatException>());
        File.WriteAllBytes(path, bytes[..^9]);
        Assert.That(() => _ml.Forecasting.OpenForecastEngine<SeriesStep, Answer>(model, path), Throws.InstanceOf<FormatException>());
    }

    [Test]
    public void Transformers_before_the_forecaster_are_gone_through()
    {
        IDataView data = TinySeries.Load(_ml);
        ITransformer chain = _ml
            .Transforms.CopyColumns("Copy", nameof(SeriesStep.Value))
            .Append(TinySeries.Estimator(_ml, o => o.Columns[0].InputColumnName = "Copy"))
            .Fit(data);
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(chain, o => o.StartsAfterTraining = false);
        Array.ForEach(TinySeries.Steps(60), engine.Observe);
        Assert.That(engine.Predict().Forecast, Is.EqualTo(TinySeries.Vectors(chain.Transform(TinySeries.Load(_ml, 60)))[^1]).Within(1e-5));
    }

    [Test]
    public void Wrong_models_and_classes_are_refused()
    {
        IDataView data = TinySeries.Load(_ml);
        Refused.Argument(
            () => Engine(_ml.Transforms.CopyColumns("Copy", nameof(SeriesStep.Value)).Fit(data)),
            "does not end with the one forecaster that an engine needs"
        );
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml).Fit(data);
        Refused.Argument(
            () => _ml.Forecasting.CreateForecastEngine<SeriesStep, SeriesStep>(model),
            "No member of SeriesStep is a column of forecasts: give it one of Forecast, Lower, Upper."
        );
        Refused.Argument(() => _ml.Forecasting.CreateForecastEngine<Answer, Answer>(model), "Could not find input column 'Value'");
        using RnnForecastEngine<SeriesStep, ForecastAlone> alone = _ml.Forecasting.CreateForecastEngine<SeriesStep, ForecastAlone>(model);
        Assert.That(alone.Predict().Forecast, Has.Length.EqualTo(4));
        alone.Dispose();
        Assert.That(() => alone.Predict(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void An_observation_costs_no_more_memory_however_many_came_before()
    {
        using RnnForecastingTransformer model = TinySeries
            .Estimator(
                _ml,
                o => o.Columns = [new ForecastColumn { InputColumnName = nameof(SeriesStep.Value), OutputColumnName = "Forecast" }]
            )
            .Fit(TinySeries.Load(_ml));
        using RnnForecastEngine<SeriesStep, ForecastAlone> engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, ForecastAlone>(model);
        var step = new SeriesStep { Pair = [0, 0] };
        for (int t = 0; t < 20_000; t++)
            engine.Observe(step);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int t = 0; t < 200_000; t++)
            engine.Observe(step);
        Assert.That(
            GC.GetTotalMemory(forceFullCollection: true) - before,
            Is.LessThan(100_000),
            "200,000 more steps would take 800,000 bytes."
        );
        Assert.That(engine.StepsOf(), Is.EqualTo(16 + 220_000));
    }
}
