using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>A call that throws leaves an engine as it was, evictions included; what is given is held to what the series is.</summary>
[TestFixture]
public class RnnForecastEngineFailureTests
{
    private const int Horizon = 4;

    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public float[] Forecast { get; set; } = [];
    }

    private RnnForecastingTransformer Fit(
        Action<RnnForecastingEstimator.Options>? configure = null,
        IEnumerable<SeriesStep>? steps = null
    ) =>
        TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    (o.TimeColumnName, o.SeriesKeyColumnName, o.HiddenSize, o.MaxEpochs) = (
                        nameof(SeriesStep.Time),
                        nameof(SeriesStep.Key),
                        4,
                        1
                    );
                    configure?.Invoke(o);
                }
            )
            .Fit(TinySeries.Load(_ml, steps ?? TinySeries.Steps(80, "a")));

    private RnnForecastEngine<SeriesStep, Answer> Engine(ITransformer model, int capacity = 10, bool startsAfterTraining = true) =>
        _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(
            model,
            new ForecastEngineOptions { Capacity = capacity, StartsAfterTraining = startsAfterTraining }
        );

    [Test]
    public void A_row_that_is_refused_evicts_nobody()
    {
        using RnnForecastingTransformer model = Fit();
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model, capacity: 2, startsAfterTraining: false);
        SeriesStep[] a = TinySeries.Steps(3, "a"),
            b = TinySeries.Steps(3, "b"),
            c = TinySeries.Steps(3, "c");
        engine.Observe(a[0]);
        engine.Observe(b[0]);
        c[0].Value = float.NaN;
        Refused.Operation(() => engine.Observe(c[0]), "The series 'c' has a row with a missing value (NaN), and MissingSteps is Refuse");
        Assert.That(
            (engine.Contains("a"), engine.Contains("b"), engine.Contains("c"), engine.EvictedCount),
            Is.EqualTo((true, true, false, 0L))
        );

        // Nor does it change which series is the one unused for longest.
        Refused.Operation(() => engine.Observe(a[0]), "which is not later than its last");
        engine.Observe(c[1]);
        Assert.That((engine.Contains("a"), engine.Contains("b"), engine.Contains("c")), Is.EqualTo((false, true, true)));
    }

    [Test]
    public void Where_a_report_of_an_eviction_throws_all_series_are_as_they_were()
    {
        using RnnForecastingTransformer model = Fit();
        using var engine = _ml.Forecasting.CreateForecastEngine<SeriesStep, Answer>(
            model,
            new ForecastEngineOptions
            {
                Capacity = 2,
                StartsAfterTraining = false,
                Evicted = series => throw new InvalidOperationException(series),
            }
        );
        foreach (string series in new[] { "x", "y" })
            engine.Observe(TinySeries.Steps(1, series)[0]);

        Assert.That(() => engine.Observe(TinySeries.Steps(1, "z")[0]), Throws.InvalidOperationException.With.Message.EqualTo("x"));

        Assert.That(new[] { "x", "y", "z" }.Select(engine.StepsOf), Is.EqualTo(new[] { 1, 1, 0 }));
        Assert.That((engine.Count, engine.EvictedCount), Is.EqualTo((2, 0L)));
    }

    [Test]
    public void Of_two_threads_that_begin_a_series_one_wins_and_the_series_stays()
    {
        const int Keys = 2000;
        using RnnForecastingTransformer model = Fit();
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model, capacity: Keys, startsAfterTraining: false);
        using var gate = new Barrier(2);
        var taken = new int[Keys];
        void Run()
        {
            for (int i = 0; i < Keys; i++)
            {
                gate.SignalAndWait();
                try
                {
                    engine.Observe(
                        new SeriesStep
                        {
                            Key = $"k{i}",
                            Time = TinySeries.Start,
                            Value = 1,
                            Pair = [1, 1],
                        }
                    );
                    Interlocked.Increment(ref taken[i]);
                }
                catch (InvalidOperationException)
                {
                    // The other thread's row has the same time.
                }
            }
        }
        var threads = new[] { new Thread(Run), new Thread(Run) };
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.That(taken, Is.All.EqualTo(1));
        Assert.That(Enumerable.Range(0, Keys).Select(i => engine.StepsOf($"k{i}")), Is.All.EqualTo(1));
    }

    [Test]
    public void Infinity_is_refused_beside_a_missing_value_too(
        [Values(float.PositiveInfinity, float.NegativeInfinity)] float infinity,
        [Values] bool isFirst
    )
    {
        using RnnForecastingTransformer model = Fit(o =>
            (o.PastColumnNames, o.MissingSteps) = ([nameof(SeriesStep.Past)], MissingSteps.LastValue)
        );
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        float[] before = engine.Predict("a").Forecast;
        SeriesStep step = TinySeries.Steps(81, "a")[80];
        (step.Value, step.Past) = isFirst ? (infinity, float.NaN) : (float.NaN, infinity);
        Refused.Operation(() => engine.Observe(step), "The series 'a' has a row with an infinite value: correct it, or make it NaN");
        Assert.That((engine.Predict("a").Forecast, engine.StepsOf("a")), Is.EqualTo((before, 16L)));
    }

    [Test]
    public void Keys_that_come_and_go_leave_nothing_behind([Values] bool areNumbers)
    {
        // With columns of targets alone nothing else grows.
        IDataView data = _ml.Data.LoadFromEnumerable(TinySeries.Steps(80).Select(step => new Row { Time = step.Time, Value = step.Value }));
        using RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, o => (o.SeriesKeyColumnName, o.MaxEpochs) = (areNumbers ? nameof(Row.Number) : nameof(Row.Text), 1))
            .Fit(data);
        using var engine = _ml.Forecasting.CreateForecastEngine<Row, Answer>(model, new ForecastEngineOptions { Capacity = 1 });
        var row = new Row { Value = 1 };
        void Observe(int first, int count)
        {
            for (int i = first; i < first + count; i++)
            {
                (row.Number, row.Text) = (i, areNumbers ? "" : $"a series with the number {i}");
                engine.Observe(row);
            }
        }
        Observe(0, 20_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Observe(20_000, 100_000);
        Assert.That(
            GC.GetTotalMemory(forceFullCollection: true) - before,
            Is.LessThan(1_000_000),
            "100,000 texts take 8 MB, their " + "numbers 6."
        );
    }

    private sealed class Row
    {
        public DateTime Time { get; set; }
        public float Value { get; set; }
        public int Number { get; set; }
        public string Text { get; set; } = "";
    }

    [Test]
    public void A_row_to_be_forecast_from_at_once_is_not_taken_where_no_forecast_follows()
    {
        using RnnForecastingTransformer model = Fit(o => o.SeriesKeyColumnName = null);
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model, startsAfterTraining: false);
        SeriesStep[] steps = TinySeries.Steps(20);
        Refused.Operation(
            () => engine.Predict(steps[0]),
            "The series has had 1 steps, but a forecast is made from 16: observe more of " + "its rows first."
        );
        Assert.That(engine.Count, Is.EqualTo(0));
        Array.ForEach(steps[..15], engine.Observe);
        Refused.Argument(() => engine.Predict(steps[15], horizon: 9), "horizon is 9; the model forecasts 1 to 4 steps.");
        Refused.Argument(() => engine.Predict(steps[15], confidenceLevel: 2), "ConfidenceLevel is 2");
        Assert.That(engine.StepsOf(), Is.EqualTo(15));
        Assert.That(engine.Predict(steps[15]).Forecast, Has.All.Matches<float>(float.IsFinite));
    }

    private RnnForecastingTransformer FitKnown(Action<RnnForecastingEstimator.Options>? configure = null) =>
        Fit(
            o =>
            {
                o.KnownColumnNames = [nameof(SeriesStep.Known)];
                configure?.Invoke(o);
            },
            TinySeries.Steps(80, "a").Concat(TinySeries.Steps(80, "b", seed: 2))
        );

    [Test]
    public void Rows_to_come_are_put_in_the_order_of_their_times()
    {
        using RnnForecastingTransformer model = FitKnown();
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        SeriesStep[] coming = TinySeries.Steps(90, "a")[80..];
        float[] expected = engine.Predict("a", known: coming[..Horizon]).Forecast;
        Assert.That(engine.Predict("a", known: coming[..Horizon].Reverse()).Forecast, Is.EqualTo(expected));
        Assert.That(engine.Predict("a", known: coming.Reverse()).Forecast, Is.EqualTo(expected), "More than are needed are left aside.");
        coming[^1].Known = float.NaN;
        Assert.That(engine.Predict("a", known: coming).Forecast, Is.EqualTo(expected), "So is what is missing in them.");
    }

    [Test]
    public void Rows_to_come_of_another_time_or_series_are_refused()
    {
        using RnnForecastingTransformer model = FitKnown();
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        SeriesStep[] all = TinySeries.Steps(200, "a"),
            coming = all[80..90];
        Refused.Operation(
            () => engine.Predict("a", known: all[152..160]),
            "The future rows begin at 2024-01-07 08:00:00, but the step "
                + "after the last of the series 'a', 2024-01-04 07:00:00, is 2024-01-04 08:00:00: give the rows that "
                + "follow it, one for each "
                + "step (01:00:00)."
        );
        Refused.Operation(
            () => engine.Predict("a", known: all[79..90]),
            "The future rows begin at 2024-01-04 07:00:00, but the step "
                + "after the last of the series 'a', 2024-01-04 07:00:00, is 2024-01-04 08:00:00"
        );
        Refused.Operation(
            () => engine.Predict("a", known: coming.Where((_, h) => h != 2)),
            "Among the future rows, 2024-01-04 "
                + "11:00:00 follows 2024-01-04 09:00:00, but the next step is 2024-01-04 10:00:00: give one row for each step (01:00:00), "
                + "none twice."
        );
        Refused.Operation(
            () => engine.Predict("a", known: [coming[0], coming[0], .. coming]),
            "Among the future rows, 2024-01-04 " + "08:00:00 follows 2024-01-04 08:00:00, but the next step is 2024-01-04 09:00:00"
        );
        Refused.Operation(
            () => engine.Predict("a", known: TinySeries.Steps(90, "b")[80..]),
            "A future row at 2024-01-04 08:00:00 is "
                + "of the series 'b', but the requested forecast is of 'a': give rows of that series alone."
        );
        coming[1].Time = coming[1].Time.AddMinutes(30);
        Refused.Operation(
            () => engine.Predict("a", known: coming),
            "Among the future rows, 2024-01-04 09:30:00 follows 2024-01-04 " + "08:00:00, but the next step is 2024-01-04 09:00:00"
        );
        coming[2].Known = float.NaN;
        Refused.Operation(
            () => engine.Predict("a", known: [all[80], all[81], coming[2], all[83]]),
            "Among the future rows, 2024-01-04 " + "09:30:00 follows"
        );
    }

    [Test]
    public void Rows_to_come_without_times_are_taken_in_theirs_but_of_their_series_alone()
    {
        using RnnForecastingTransformer model = FitKnown(o => o.TimeColumnName = null);
        using RnnForecastEngine<SeriesStep, Answer> engine = Engine(model);
        SeriesStep[] coming = TinySeries.Steps(84, "a")[80..];
        Assert.That(engine.Predict("a", known: coming).Forecast, Is.Not.EqualTo(engine.Predict("a", known: coming.Reverse()).Forecast));
        Refused.Operation(
            () => engine.Predict("b", known: coming),
            "A future row is of the series 'a', but the requested forecast is " + "of 'b': give rows of that series alone."
        );
    }
}
