using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>A missing value is imputed from earlier rows only: a forecast does not depend on the rows after its own, and equals that of an
/// engine, which has had no more.</summary>
[TestFixture]
public class MissingValuesTests
{
    private const int Training = 120,
        Window = 16,
        Horizon = 4;

    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
        public float[] Lower { get; set; } = [];
    }

    public enum Columns
    {
        Target,
        TwoTargets,
        Past,
        Calendar,
    }

    private RnnForecastingTransformer Fit(MissingSteps missing, Columns columns, SeriesStep[]? training = null) =>
        TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    (o.MissingSteps, o.TimeColumnName, o.HiddenSize, o.MaxEpochs) = (missing, nameof(SeriesStep.Time), 4, 1);
                    if (columns == Columns.TwoTargets)
                        o.Columns =
                        [
                            .. o.Columns,
                            new ForecastColumn { InputColumnName = nameof(SeriesStep.Known), OutputColumnName = "Second" },
                        ];
                    if (columns == Columns.Past)
                        o.PastColumnNames = [nameof(SeriesStep.Past)];
                    if (columns == Columns.Calendar)
                        o.CalendarFeatures = CalendarFeatures.HourOfDay;
                }
            )
            .Fit(TinySeries.Load(_ml, training ?? TinySeries.Steps(Training)));

    // Rows that continue after training, with gaps of all kinds: none in the last row, which would be a future row.
    private static SeriesStep[] Holes(int seed, int first = Training, int count = 60)
    {
        var random = new Random(seed);
        SeriesStep[] steps = TinySeries.Steps(first + count)[first..];
        foreach (SeriesStep step in steps[..^1])
        {
            bool isRun = random.NextDouble() < 0.5;
            if (random.NextDouble() < 0.3)
                step.Value = float.NaN;
            if (random.NextDouble() < 0.2 || (isRun && float.IsNaN(step.Value)))
                step.Past = float.NaN;
            if (random.NextDouble() < 0.2)
                step.Known = float.NaN;
        }
        return [.. steps.Where((_, t) => t == count - 1 || random.NextDouble() < 0.85)];
    }

    private float[][] Engine(RnnForecastingTransformer model, SeriesStep[] rows, out float[][] lower)
    {
        using RnnForecastEngine<SeriesStep, Answer> engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(model);
        Answer[] answers =
        [
            .. rows.Select(row =>
            {
                engine.Observe(row);
                return engine.Predict();
            }),
        ];
        lower = [.. answers.Select(answer => answer.Lower)];
        return [.. answers.Select(answer => answer.Forecast)];
    }

    [Test]
    public void A_Transform_forecasts_what_an_engine_does(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing,
        [Values] Columns columns,
        [Range(1, 4)] int seed
    )
    {
        using RnnForecastingTransformer model = Fit(missing, columns);
        SeriesStep[] rows = Holes(seed);
        IDataView view = model.Transform(TinySeries.Load(_ml, rows));
        float[][] engine = Engine(model, rows, out float[][] lower);
        Assert.That(TinySeries.Vectors(view), Is.EqualTo(engine).Within(1e-5));
        Assert.That(TinySeries.Vectors(view, "Lower"), Is.EqualTo(lower).Within(1e-4));
        Assert.That(engine.SelectMany(forecast => forecast), Has.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void A_forecast_is_the_same_whatever_comes_later(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing,
        [Values] Columns columns,
        [Values(1, 2)] int seed
    )
    {
        using RnnForecastingTransformer model = Fit(missing, columns);
        SeriesStep[] rows = Holes(seed);
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows)));
        for (int t = 0; t < rows.Length - 1; t++)
        {
            SeriesStep[] changed =
            [
                .. rows[..(t + 1)],
                .. rows[(t + 1)..]
                    .Select(row => new SeriesStep
                    {
                        Time = row.Time,
                        Value = row.Value + 1000,
                        Past = 7,
                        Known = 13,
                        Pair = row.Pair,
                    }),
            ];
            Assert.That(
                TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, changed)))[..(t + 1)],
                Is.EqualTo(forecasts[..(t + 1)]),
                $"row {t}"
            );
        }
    }

    [Test]
    public void What_is_known_beforehand_may_be_missing_up_to_now(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing
    )
    {
        using RnnForecastingTransformer model = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    (o.MissingSteps, o.TimeColumnName, o.HiddenSize, o.MaxEpochs) = (missing, nameof(SeriesStep.Time), 4, 1);
                    o.KnownColumnNames = [nameof(SeriesStep.Known)];
                }
            )
            .Fit(TinySeries.Load(_ml, Training));
        SeriesStep[] rows = TinySeries.Steps(Training + 60)[Training..];
        foreach (int t in new[] { 0, 7, 8, 20, 21, 22 })
            rows[t].Known = float.NaN;
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows)));
        using RnnForecastEngine<SeriesStep, Answer> engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(model);
        int compared = 0;
        for (int t = 0; t < rows.Length - Horizon; t++)
        {
            engine.Observe(rows[t]);
            SeriesStep[] coming = rows[(t + 1)..(t + 1 + Horizon)];
            if (coming.Any(step => float.IsNaN(step.Known)))
                continue;
            Assert.That(engine.Predict(known: coming).Forecast, Is.EqualTo(forecasts[t]).Within(1e-5), $"row {t}");
            compared++;
        }
        Assert.That(compared, Is.GreaterThan(40));
    }

    [Test]
    public void Data_that_goes_on_with_a_missing_value_takes_the_last_of_training(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing,
        [Values] bool isLeftOut
    )
    {
        using RnnForecastingTransformer model = Fit(missing, Columns.Target);
        SeriesStep[] rows = TinySeries.Steps(Training + 8)[Training..],
            repeated = TinySeries.Steps(Training + 8)[Training..];
        rows[0].Value = float.NaN;
        repeated[0].Value = TinySeries.Steps(Training)[^1].Value;
        SeriesStep[] given = isLeftOut ? rows[1..] : rows;
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, given)));
        Assert.That(forecasts, Is.EqualTo(Engine(model, given, out _)).Within(1e-5));
        Assert.That(forecasts[0], Has.All.Matches<float>(float.IsFinite));
        if (!isLeftOut)
            Assert.That(forecasts[0], Is.EqualTo(TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, repeated)))[0]).Within(1e-5));
    }

    // As many as an engine makes up.
    [Test]
    public void Data_that_goes_on_after_a_gap_of_less_than_a_window_goes_on(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing,
        [Values(1, 15, 16)] int gap
    )
    {
        using RnnForecastingTransformer model = Fit(missing, Columns.Past);
        SeriesStep[] rows = TinySeries.Steps(Training + gap + 30)[(Training + gap)..];
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows)));
        if (gap < Window)
            Assert.That(forecasts, Is.EqualTo(Engine(model, rows, out _)).Within(1e-5));
        else
            Assert.That(forecasts[..(Window - 1)].SelectMany(forecast => forecast), Is.All.NaN);
    }

    [Test]
    public void Training_that_ends_with_missing_values_is_gone_on_from(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing
    )
    {
        SeriesStep[] training = TinySeries.Steps(Training);
        training[^1].Past = training[^2].Past = training[^3].Past = float.NaN;
        using RnnForecastingTransformer model = Fit(missing, Columns.Past, training);
        SeriesStep[] rows = Holes(seed: 9);
        Assert.That(TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows))), Is.EqualTo(Engine(model, rows, out _)).Within(1e-5));
    }

    // Longer than an engine keeps for a forecast.
    [Test]
    public void A_run_of_missing_values_longer_than_a_window_is_one(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing
    )
    {
        using RnnForecastingTransformer model = Fit(missing, Columns.Past);
        SeriesStep[] rows = TinySeries.Steps(Training + 200)[Training..];
        foreach (SeriesStep step in rows[70..110])
            step.Past = float.NaN;
        Assert.That(TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows))), Is.EqualTo(Engine(model, rows, out _)).Within(1e-5));
    }

    [Test]
    public void Before_the_first_value_of_a_column_there_is_no_forecast(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing,
        [Values] bool ofPast
    )
    {
        using RnnForecastingTransformer model = Fit(missing, Columns.Past);
        SeriesStep[] rows = TinySeries.Steps(60);
        foreach (SeriesStep step in rows[..20])
            (step.Value, step.Past) = (ofPast ? step.Value : float.NaN, ofPast ? float.NaN : step.Past);
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows))),
            without = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows[20..])));
        Assert.That(forecasts[..(20 + Window - 1)].SelectMany(forecast => forecast), Is.All.NaN);
        Assert.That(forecasts[20..], Is.EqualTo(without));
        Assert.That(forecasts[^1], Has.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void A_missing_value_has_a_forecast_of_what_was_known_then(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing
    )
    {
        using RnnForecastingTransformer model = Fit(missing, Columns.Target);
        SeriesStep[] rows = TinySeries.Steps(60),
            repeated = TinySeries.Steps(60);
        rows[30].Value = float.NaN;
        repeated[30].Value = rows[29].Value;
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows)));
        Assert.That(forecasts[30], Is.EqualTo(TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, repeated)))[30]).Within(1e-5));
        Assert.That(forecasts[31], Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Rows_at_the_end_without_a_value_are_the_time_to_come(
        [Values(MissingSteps.Refuse, MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing
    )
    {
        using RnnForecastingTransformer model = Fit(missing, Columns.Target);
        SeriesStep[] rows = TinySeries.Steps(60);
        rows[^1].Value = rows[^2].Value = float.NaN;
        float[][] forecasts = TinySeries.Vectors(model.Transform(TinySeries.Load(_ml, rows)));
        Assert.That(forecasts[57], Has.All.Matches<float>(float.IsFinite));
        Assert.That(forecasts[58..].SelectMany(forecast => forecast), Is.All.NaN);
    }
}
