using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

/// <summary>Rates and losses of a range test, on 6 rows in batches of 2: an epoch is 3 steps.</summary>
[TestFixture]
public class LearningRateRangeTestTests
{
    private static readonly TrainingPlan Plan = new()
    {
        Loss = LossKind.Squared,
        MaxEpochs = 1,
        BatchSize = 2,
        LearningRate = 0.5f,
        Seed = 3,
    };

    private RecordingObserver _observer = null!;

    [SetUp]
    public void SetUp() => _observer = new RecordingObserver();

    private LearningRateCurve Run(
        ITrainingEngine engine,
        LearningRateRange range,
        TrainingPlan? plan = null,
        SequenceStore? store = null,
        CancellationToken cancellation = default
    )
    {
        using var steps = new TrainingSteps(engine, plan ?? Plan, SequenceSet.All(store ?? Stores.OfLabels(0, 0, 0, 0, 0, 0)));
        return new LearningRateRangeTest(steps, range, _observer, cancellation).Run();
    }

    [Test]
    public void Rates_rise_by_the_same_factor_from_end_to_end()
    {
        using var engine = new ScriptedEngine();
        LearningRateCurve curve = Run(engine, new LearningRateRange(1e-3f, 10, 5));

        Assert.That(engine.Rates[0], Is.EqualTo(1e-3f));
        Assert.That(engine.Rates[^1], Is.EqualTo(10f));
        Assert.That(engine.Rates, Is.EqualTo(new[] { 1e-3f, 1e-2f, 1e-1f, 1, 10 }).Within(1e-4).Percent);
        Assert.That(curve.Points.Select(point => point.LearningRate), Is.EqualTo(engine.Rates));
        Assert.That(curve.HasDiverged, Is.False);
    }

    [Test]
    public void Losses_are_smoothed_with_the_bias_of_their_beginning_taken_out()
    {
        float[] losses = [4, 2, 1];
        using var engine = new ScriptedEngine { Loss = step => losses[step - 1] };
        LearningRateCurve curve = Run(engine, new LearningRateRange(1e-3f, 1e-1f, 3));

        Assert.That(curve.Points.Select(point => point.Loss), Is.EqualTo(new[] { 4.0, 2, 1 }));
        // Weights .98^2 : .98 : 1 of the three, .98 : 1 of the two.
        Assert.That(
            curve.Points.Select(point => point.SmoothedLoss),
            Is.EqualTo(new[] { 4, (0.98 * 4 + 2) / 1.98, (0.9604 * 4 + 0.98 * 2 + 1) / 2.9404 }).Within(1e-12)
        );
    }

    [Test]
    public void It_ends_where_the_smoothed_loss_is_four_times_its_lowest()
    {
        using var engine = new ScriptedEngine { Loss = step => step <= 2 ? 1 : 1000 };
        LearningRateCurve curve = Run(engine, new LearningRateRange(1e-3f, 1, 50));

        Assert.That(curve.Points, Has.Count.EqualTo(3), "the point at which it diverged is the last");
        Assert.That(curve.HasDiverged, Is.True);
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void It_ends_at_a_loss_that_is_no_finite_number(float loss)
    {
        using var engine = new ScriptedEngine { Loss = step => step < 5 ? 1 : loss };
        LearningRateCurve curve = Run(engine, new LearningRateRange(1e-3f, 1, 50));

        Assert.That(curve.Points, Has.Count.EqualTo(4));
        Assert.That(engine.Steps, Is.EqualTo(4), "no update with it");
        Assert.That(curve.HasDiverged, Is.True);
    }

    [Test]
    public void It_goes_through_the_rows_again_in_the_order_of_training()
    {
        SequenceStore store = Stores.OfLabels(1, 2, 3, 4, 5, 6);
        using var tested = new ScriptedEngine();
        using var trained = new ScriptedEngine();
        Run(tested, new LearningRateRange(1e-3f, 1, 7), store: store);
        using var loop = new TrainingLoop(
            trained,
            Plan with
            {
                MaxEpochs = 3,
            },
            outputs: 1,
            SequenceSet.All(store),
            validation: null,
            new RecordingObserver(),
            default
        );
        loop.Run();

        Assert.That(tested.LabelsSeen, Is.EqualTo(trained.LabelsSeen.Take(7)));
    }

    [Test]
    public void A_step_is_of_as_many_batches_as_in_training()
    {
        using var engine = new ScriptedEngine();
        LearningRateCurve curve = Run(engine, new LearningRateRange(1e-3f, 1, 4), Plan with { BatchesPerStep = 2 });

        // 2 and 1 of an epoch's three batches.
        Assert.That(engine.LabelsSeen, Has.Count.EqualTo(6));
        Assert.That(curve.Points, Has.Count.EqualTo(4));
    }

    [Test]
    public void Steps_whose_rows_weigh_nothing_do_not_count()
    {
        using var store = new SequenceStore(features: 1, labelWidth: 1);
        foreach (float weight in new[] { 0f, 0, 0, 1 })
            store.Add(SequenceView.OfSteps([1f], 1), [0], weight);
        store.Seal();
        using var engine = new ScriptedEngine();
        LearningRateCurve curve = Run(engine, new LearningRateRange(1e-3f, 1, 3), Plan with { BatchSize = 1 }, store);

        Assert.That(curve.Points, Has.Count.EqualTo(3));
        Assert.That(engine.Rates, Is.EqualTo(curve.Points.Select(point => point.LearningRate)));
    }

    [Test]
    public void Its_observer_is_told_of_each_step()
    {
        using var engine = new ScriptedEngine();
        Run(engine, new LearningRateRange(1e-3f, 1, 4));

        Assert.That(_observer.Steps, Is.EqualTo(new[] { (1, 1, 4, 1.0), (1, 2, 4, 0.5), (1, 3, 4, (double)(1f / 3)), (1, 4, 4, 0.25) }));
    }

    [Test]
    public void It_can_be_cancelled_between_steps()
    {
        using var source = new CancellationTokenSource();
        _observer.OnStep = (_, step) =>
        {
            if (step == 2)
                source.Cancel();
        };
        using var engine = new ScriptedEngine();

        Assert.That(
            () => Run(engine, new LearningRateRange(1e-3f, 1, 40), cancellation: source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(engine.Steps, Is.EqualTo(2));
    }
}
