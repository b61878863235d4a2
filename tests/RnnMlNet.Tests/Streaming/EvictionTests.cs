using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Streaming;

/// <summary>A new series beyond the capacity takes the place of the one unused for longest, and that is reported.</summary>
[TestFixture]
public class EvictionTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly StepRow _step = new RandomSeries(1, seed: 1).Step(0);
    private readonly List<string> _evicted = [];

    [SetUp]
    public void Forget() => _evicted.Clear();

    [Test]
    public void The_one_unused_for_longest_goes()
    {
        using var engine = Engine(capacity: 3);
        float[] first = engine.Predict("a", _step).Score;
        foreach (string series in new[] { "b", "c", "a", "d", "e" })
            engine.Predict(series, _step);
        Assert.That(_evicted, Is.EqualTo(new[] { "b", "c" }), "a was used again.");
        Assert.That((engine.Count, engine.EvictedCount, engine.Capacity), Is.EqualTo((3, 2, 3)));
        Assert.That(new[] { "a", "b", "c", "d", "e" }.Select(engine.Contains), Is.EqualTo(new[] { true, false, false, true, true }));

        Assert.That(engine.Predict("b", _step).Score, Is.EqualTo(first), "An evicted series begins anew.");
        Assert.That(_evicted[^1], Is.EqualTo("a"), "To be looked at is no use, so a was the one unused for longest.");
    }

    [Test]
    public void To_look_at_a_series_is_no_use_of_it()
    {
        using var engine = Engine(capacity: 2);
        engine.Predict("a", _step);
        engine.Predict("b", _step);
        Assert.That((engine.Contains("a"), engine.StepsOf("a")), Is.EqualTo((true, 1)));
        engine.Predict("c", _step);
        Assert.That(_evicted, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_reset_series_makes_room()
    {
        using var engine = Engine(capacity: 2);
        engine.Predict("a", _step);
        engine.Predict("b", _step);
        engine.Reset("b");
        engine.Predict("c", _step);
        Assert.That(_evicted, Is.Empty);
        engine.Reset();
        engine.Predict("d", _step);
        engine.Predict("e", _step);
        Assert.That((engine.EvictedCount, engine.Count), Is.EqualTo((0, 2)));
    }

    [Test]
    public void One_series_alone()
    {
        using var engine = Engine(capacity: 1);
        float[] first = engine.Predict("a", _step).Score,
            second = engine.Predict("a", _step).Score;
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(engine.Predict("b", _step).Score, Is.EqualTo(first));
        Assert.That(engine.Predict("a", _step).Score, Is.EqualTo(first));
        Assert.That(_evicted, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void The_first_eviction_is_warned_of()
    {
        var log = new LogCapture(_ml);
        using var engine = Engine(capacity: 1);
        engine.Predict("a", _step);
        Assert.That(log.Warnings, Is.Empty);
        foreach (string series in new[] { "b", "c", "d" })
            engine.Predict(series, _step);
        Assert.That(log.Warnings, Has.Length.EqualTo(1));
        Assert.That(
            log.Warnings[0],
            Does.Contain(
                "The engine's Capacity of 1 series is used up: 'a', the least recently used, was evicted, and its next step will count as "
                    + "its first. "
                    + "Raise Capacity, or Reset series that have ended. Further evictions are counted by EvictedCount without a warning."
            )
        );
        Assert.That(engine.EvictedCount, Is.EqualTo(3));
    }

    [Test]
    public void What_a_report_throws_comes_out_and_the_step_is_not_taken()
    {
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(
            model,
            new SequencePredictionEngineOptions { Capacity = 1, Evicted = series => throw new InvalidOperationException(series) }
        );
        engine.Predict("a", _step);
        Assert.That(() => engine.Predict("b", _step), Throws.InvalidOperationException.With.Message.EqualTo("a"));
        Assert.That((engine.StepsOf("a"), engine.StepsOf("b")), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Where_a_report_throws_all_series_are_as_they_were()
    {
        var log = new LogCapture(_ml);
        bool throws = true;
        using RnnRegressionTransformer model = RandomSeries.Model(_ml, ColumnKind.Matrix);
        using var engine = _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(
            model,
            new SequencePredictionEngineOptions
            {
                Capacity = 2,
                Evicted = series =>
                {
                    if (throws)
                        throw new InvalidOperationException(series);
                },
            }
        );
        engine.Predict("x", _step);
        engine.Predict("y", _step);

        Assert.That(() => engine.Predict("z", _step), Throws.InvalidOperationException.With.Message.EqualTo("x"));

        Assert.That(new[] { "x", "y", "z" }.Select(engine.StepsOf), Is.EqualTo(new[] { 1, 1, 0 }));
        Assert.That((engine.Count, engine.EvictedCount, log.Warnings.Length), Is.EqualTo((2, 0L, 0)));
        throws = false;
        engine.Predict("z", _step);
        Assert.That(
            new[] { "x", "y", "z" }.Select(engine.Contains),
            Is.EqualTo(new[] { false, true, true }),
            "x was still unused for longest."
        );
        Assert.That((engine.EvictedCount, log.Warnings.Length), Is.EqualTo((1L, 1)));
    }

    [Test]
    public void A_step_that_throws_evicts_nobody()
    {
        using var engine = _ml.Model.CreateSequencePredictionEngine<RaggedStep, TargetsPrediction>(
            RandomSeries.Model(_ml, ColumnKind.Ragged),
            new SequencePredictionEngineOptions { Capacity = 2, Evicted = _evicted.Add }
        );
        var step = new RaggedStep { Ragged = [1, 2] };
        engine.Predict("a", step);
        engine.Predict("b", step);
        // Three numbers are no steps of two.
        Assert.That(() => engine.Predict("c", new RaggedStep { Ragged = [1, 2, 3] }), Throws.InvalidOperationException);
        Assert.That(() => engine.Predict("a", new RaggedStep { Ragged = [1, 2, 3] }), Throws.InvalidOperationException);
        Assert.That(
            (engine.Contains("a"), engine.Contains("b"), engine.Contains("c"), engine.EvictedCount),
            Is.EqualTo((true, true, false, 0L))
        );
        engine.Predict("c", step);
        Assert.That(_evicted, Is.EqualTo(["a"]), "What failed was no use of it.");
    }

    private sealed class RaggedStep
    {
        public float[] Ragged { get; set; } = [];
    }

    private SequencePredictionEngine<StepRow, TargetsPrediction> Engine(int capacity) =>
        _ml.Model.CreateSequencePredictionEngine<StepRow, TargetsPrediction>(
            RandomSeries.Model(_ml, ColumnKind.Matrix),
            new SequencePredictionEngineOptions { Capacity = capacity, Evicted = _evicted.Add }
        );
}
