using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Peer;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

/// <summary>How a training runs and ends. The scripted ones have 3 steps an epoch (6 rows, batches of 2).</summary>
[TestFixture]
public class TrainingLoopTests
{
    private const int StepsPerEpoch = 3;

    private static readonly SequenceSet SixRows = SequenceSet.All(Stores.OfLabels(0, 0, 0, 0, 0, 0));
    private static readonly SequenceSet OneRow = SequenceSet.All(Stores.OfLabels(0));

    private static readonly TrainingPlan Plan = new()
    {
        Loss = LossKind.Squared,
        MaxEpochs = 6,
        BatchSize = 2,
        LearningRate = 0.5f,
        Seed = 3,
    };

    private RecordingObserver _observer = null!;

    [SetUp]
    public void SetUp() => _observer = new RecordingObserver();

    /// <summary>
    /// An engine whose validation loss after epoch e is losses[e-1]: the validation row's label is 0, so the output is the loss's root.
    /// </summary>
    private static ScriptedEngine Validating(params double[] losses) =>
        new() { Output = (_, _, _, steps) => (float)Math.Sqrt(losses[steps / StepsPerEpoch - 1]) };

    private TrainingResult Run(
        ITrainingEngine engine,
        TrainingPlan plan,
        SequenceSet training,
        SequenceSet? validation,
        int outputs = 1,
        CancellationToken cancellation = default
    )
    {
        using var loop = new TrainingLoop(engine, plan, outputs, training, validation, _observer, cancellation);
        return loop.Run();
    }

    private static int EpochOf(TrainingResult result) => (int)result.Weights["steps"][0] / StepsPerEpoch;

    // ---- it learns ----

    private TrainingResult Learn(int seed)
    {
        SequenceStore store = Stores.TwoClasses(120);
        var (training, validation) = ValidationSplit.Split(store, 0.25, stratified: true, seed);
        var trainingSet = new SequenceSet(store, training);
        var plan = Plan with
        {
            Loss = LossKind.CrossEntropy,
            MaxEpochs = 20,
            BatchSize = 8,
            Seed = seed,
            Encoder = Encoders.Of(Encoders.Learn(trainingSet)),
        };
        using var engine = new MeanSoftmaxEngine(features: 2, classes: 2);
        return Run(engine, plan, trainingSet, new SequenceSet(store, validation), outputs: 2);
    }

    [Test]
    public void A_training_learns()
    {
        TrainingHistory history = Learn(seed: 1).History;

        Assert.That(history.Epochs[^1].TrainingLoss, Is.LessThan(0.3 * history.Epochs[0].TrainingLoss));
        Assert.That(history.Epochs[^1].ValidationMetric, Is.GreaterThan(0.95));
        Assert.That((history.TrainingRows, history.ValidationRows), Is.EqualTo((90L, 30L)));
    }

    [Test]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        float[] first = Learn(seed: 1).Weights["linear"],
            again = Learn(seed: 1).Weights["linear"],
            other = Learn(seed: 2).Weights["linear"];

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    // ---- batches assembled while the engine computes ----

    [Test]
    public void Batches_assembled_ahead_give_the_same_training()
    {
        SequenceStore store = Stores.TwoClasses(120);
        var plan = Plan with { Loss = LossKind.CrossEntropy, MaxEpochs = 5, BatchSize = 8 };
        using var engine = new MeanSoftmaxEngine(features: 2, classes: 2);
        using var ahead = new AheadEngine(new MeanSoftmaxEngine(features: 2, classes: 2));

        TrainingResult expected = Run(engine, plan, SequenceSet.All(store), validation: null, outputs: 2);
        TrainingResult actual = Run(ahead, plan, SequenceSet.All(store), validation: null, outputs: 2);

        Assert.That(actual.Weights["linear"], Is.EqualTo(expected.Weights["linear"]));
        Assert.That(
            actual.History.Epochs.Select(report => report.TrainingLoss),
            Is.EqualTo(expected.History.Epochs.Select(report => report.TrainingLoss))
        );
    }

    [Test]
    public void Losses_that_are_read_a_step_late_are_reported_of_their_steps()
    {
        var steps = new List<List<(int Epoch, int Step, double Loss)>>();
        foreach (
            Func<ITrainingEngine, ITrainingEngine> kind in new Func<ITrainingEngine, ITrainingEngine>[] { e => e, e => new AheadEngine(e) }
        )
        {
            using ITrainingEngine engine = kind(new ScriptedEngine());
            int before = _observer.Steps.Count;
            Run(engine, Plan with { MaxEpochs = 2 }, SixRows, OneRow);
            steps.Add([.. _observer.Steps.Skip(before).Select(step => (step.Epoch, step.Step, step.Loss))]);
        }

        Assert.That(steps[0], Is.Not.Empty);
        Assert.That(steps[1], Is.EqualTo(steps[0]));
    }

    [Test]
    public void A_late_loss_that_is_no_number_ends_the_training_at_its_step()
    {
        using var engine = new AheadEngine(new ScriptedEngine { Loss = step => step == 2 ? float.NaN : 1 });

        Assert.That(
            () => Run(engine, Plan, SixRows, OneRow),
            Throws.InvalidOperationException.With.Message.StartsWith("The loss became NaN in epoch 1, step 2, so training stopped.")
        );
    }

    [Test]
    public void Cancelled_with_batches_ahead_it_ends_at_the_next_batch()
    {
        using var engine = new ScriptedEngine { GainsFromBatchesAhead = true };
        using var source = new CancellationTokenSource();
        _observer.OnStep = (epoch, step) => CancelAt(source, (epoch, step) == (2, 1));

        Assert.That(() => Run(engine, Plan, SixRows, OneRow, cancellation: source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(engine.Steps, Is.EqualTo(StepsPerEpoch + 1));
    }

    [Test]
    public void What_fails_as_a_batch_is_assembled_ahead_ends_the_training()
    {
        // A weight of no class: assembling fails, on the other thread.
        var plan = Plan with
        {
            ClassWeights = [],
        };
        using var engine = new ScriptedEngine { GainsFromBatchesAhead = true };

        Assert.That(() => Run(engine, plan, SixRows, validation: null), Throws.TypeOf<IndexOutOfRangeException>());
        Assert.That(engine.Steps, Is.Zero);
    }

    // ---- what an epoch is ----

    [Test]
    public void Every_epoch_trains_on_every_row_once_and_asks_and_tells_at_every_batch()
    {
        using var engine = new ScriptedEngine();
        float[] labels = [1, 2, 3, 4, 5];

        Run(engine, Plan with { MaxEpochs = 2 }, SequenceSet.All(Stores.OfLabels(labels)), OneRow);

        Assert.That(engine.LabelsSeen.Take(3).SelectMany(batch => batch).Order(), Is.EqualTo(labels));
        Assert.That(engine.LabelsSeen.Skip(3).SelectMany(batch => batch).Order(), Is.EqualTo(labels));
        Assert.That(
            _observer.Steps.Select(step => (step.Epoch, step.Step, step.StepsPerEpoch)),
            Is.EqualTo(new[] { (1, 1, 3), (1, 2, 3), (1, 3, 3), (2, 1, 3), (2, 2, 3), (2, 3, 3) })
        );
        Assert.That(_observer.Steps.Select(step => step.Loss), Is.EqualTo(new[] { 1, 1 / 2f, 1 / 3f, 1 / 4f, 1 / 5f, 1 / 6f }));
        Assert.That(_observer.Checks, Is.EqualTo(2 * (3 + 1)), "three batches to train on and one to validate on, in two epochs");
    }

    [Test]
    public void A_step_of_several_batches_is_one_update_and_the_last_of_an_epoch_may_have_fewer()
    {
        using var engine = new ScriptedEngine();
        var plan = Plan with { MaxEpochs = 2, BatchesPerStep = 2, Schedule = LearningRateSchedule.OneCycle };

        Run(engine, plan, SequenceSet.All(Stores.OfLabels(1, 2, 3, 4, 5)), OneRow);

        var expected = new ScheduledRate(LearningRateSchedule.OneCycle, 0.5f, 4);
        Assert.That(engine.Rates, Is.EqualTo(Enumerable.Range(0, 4).Select(step => expected.At(step))));
        Assert.That(engine.LabelsSeen, Has.Count.EqualTo(6));
        Assert.That(
            _observer.Steps.Select(step => (step.Epoch, step.Step, step.StepsPerEpoch)),
            Is.EqualTo(new[] { (1, 2, 3), (1, 3, 3), (2, 2, 3), (2, 3, 3) })
        );
        Assert.That(_observer.Steps.Select(step => step.Loss), Is.EqualTo(new[] { 1, 1 / 2f, 1 / 3f, 1 / 4f }).Within(1e-12));
    }

    [Test]
    public void A_batch_that_weighs_nothing_is_no_part_of_its_step()
    {
        var store = new SequenceStore(features: 1, labelWidth: 1);
        foreach (float weight in (float[])[0, 1, 0, 2])
            store.Add(SequenceView.OfSteps([1], 1), [weight], weight);
        using var engine = new ScriptedEngine();

        TrainingResult result = Run(
            engine,
            Plan with
            {
                MaxEpochs = 1,
                BatchSize = 1,
                BatchesPerStep = 4,
            },
            SequenceSet.All(store),
            validation: null
        );

        Assert.That(engine.LabelsSeen.Select(labels => labels[0]), Is.EquivalentTo(new[] { 1f, 2f }));
        Assert.That(engine.Steps, Is.EqualTo(1));
        Assert.That(result.History.Epochs[0].TrainingLoss, Is.EqualTo(1));
    }

    [Test]
    public void A_batch_larger_than_the_data_is_all_of_it()
    {
        using var engine = new ScriptedEngine();

        Run(engine, Plan with { BatchSize = 1000, MaxEpochs = 2 }, SixRows, validation: null);

        Assert.That(engine.LabelsSeen.Select(batch => batch.Length), Is.EqualTo(new[] { 6, 6 }));
    }

    [Test]
    public void Reports_tell_of_every_epoch()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 0.25, 9, 9);

        TrainingResult result = Run(engine, Plan, SixRows, OneRow);

        Assert.That(_observer.Epochs, Is.EqualTo(result.History.Epochs));
        Assert.That(
            result.History.Epochs.Select(report => (report.Epoch, report.MaxEpochs, report.MetricName, report.LearningRate)),
            Is.EqualTo(Enumerable.Range(1, 6).Select(epoch => (epoch, 6, "RMSE", 0.5)))
        );
        Assert.That(result.History.Epochs.Select(report => report.ValidationLoss), Is.EqualTo(new[] { 4, 1, 2, 0.25, 9, 9 }).Within(1e-6));
        Assert.That(
            result.History.Epochs.Select(report => report.ValidationMetric),
            Is.EqualTo(new[] { 2, 1, 1.4142135, 0.5, 3, 3 }).Within(1e-6)
        );
        Assert.That(result.History.Epochs.Select(report => report.IsBest), Is.EqualTo(new[] { true, true, false, true, false, false }));
        Assert.That(result.History.Epochs.Select(report => report.Seconds), Is.All.GreaterThanOrEqualTo(0));
        Assert.That(result.History.Epochs[0].TrainingLoss, Is.EqualTo((1 + 1 / 2f + 1 / 3f) / 3).Within(1e-7));
    }

    [Test]
    public void The_training_loss_is_weighted_and_a_batch_that_weighs_nothing_is_not_trained_on()
    {
        var store = new SequenceStore(features: 1, labelWidth: 1);
        foreach (float weight in new[] { 0f, 1, 3 })
            store.Add(SequenceView.OfSteps([1], 1), [weight], weight);
        using var engine = new ScriptedEngine();

        TrainingResult result = Run(engine, Plan with { BatchSize = 1, MaxEpochs = 1 }, SequenceSet.All(store), validation: null);

        float[] trained = [.. engine.LabelsSeen.Select(labels => labels[0])];
        Assert.That(trained, Is.EquivalentTo(new[] { 1f, 3f }));
        Assert.That(result.History.Epochs[0].TrainingLoss, Is.EqualTo((trained[0] * 1 + trained[1] * 0.5) / 4));
        Assert.That(_observer.Steps, Has.Count.EqualTo(3));
    }

    [Test]
    public void Rows_that_all_weigh_nothing_are_an_error()
    {
        var store = new SequenceStore(features: 1, labelWidth: 1);
        store.Add(SequenceView.OfSteps([1], 1), [0], 0);
        using var engine = new ScriptedEngine();

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SequenceSet.All(store), OneRow)).Message,
            Does.StartWith("All 1 training rows have the weight 0")
        );
        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SixRows, SequenceSet.All(store))).Message,
            Does.StartWith("All 1 validation rows have the weight 0")
        );
        Assert.That(engine.Steps, Is.Zero);
    }

    [Test]
    public void The_schedule_runs_over_all_steps()
    {
        using var engine = new ScriptedEngine();

        Run(engine, Plan with { Schedule = LearningRateSchedule.OneCycle }, SixRows, validation: null);

        var expected = new ScheduledRate(LearningRateSchedule.OneCycle, 0.5f, 6 * StepsPerEpoch);
        Assert.That(engine.Rates, Is.EqualTo(Enumerable.Range(0, 18).Select(step => expected.At(step))));
        Assert.That(
            _observer.Epochs.Select(report => report.LearningRate),
            Is.EqualTo(Enumerable.Range(1, 6).Select(epoch => (double)expected.At(epoch * StepsPerEpoch - 1)))
        );
    }

    [Test]
    public void An_exponential_rate_falls_after_each_epoch()
    {
        using var engine = new ScriptedEngine();

        Run(engine, Plan with { Schedule = LearningRateSchedule.Exponential, Decay = 0.5f }, SixRows, validation: null);

        Assert.That(engine.Rates, Is.EqualTo(Enumerable.Range(0, 18).Select(step => 0.5f * MathF.Pow(0.5f, step / StepsPerEpoch))));
        Assert.That(
            _observer.Epochs.Select(report => report.LearningRate),
            Is.EqualTo(new[] { 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625 })
        );
    }

    [Test]
    public void A_plateau_of_the_validation_loss_reduces_the_rate()
    {
        using ScriptedEngine engine = Validating([.. Enumerable.Repeat(1.0, 15)]);

        Run(engine, Plan with { MaxEpochs = 15, Schedule = LearningRateSchedule.ReduceOnPlateau }, SixRows, OneRow);

        Assert.That(
            _observer.Epochs.Select(report => report.LearningRate),
            Is.EqualTo(Enumerable.Repeat(0.5, 12).Concat(Enumerable.Repeat(0.05, 3))).Within(1e-8)
        );
    }

    // ---- how it ends ----

    [Test]
    public void Patience_ends_it_and_the_best_epochs_weights_are_restored()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 0, 0);

        TrainingResult result = Run(engine, Plan with { Patience = 2 }, SixRows, OneRow);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.EarlyStopping));
        Assert.That((result.History.Epochs.Count, result.History.BestEpoch, EpochOf(result)), Is.EqualTo((4, 2, 2)));
    }

    [Test]
    public void Without_RestoreBest_the_last_epochs_weights_are_kept()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 0, 0);

        TrainingResult result = Run(engine, Plan with { Patience = 2, RestoreBest = false }, SixRows, OneRow);

        Assert.That((result.History.BestEpoch, EpochOf(result)), Is.EqualTo((4, 4)));
    }

    [Test]
    public void An_epoch_that_is_better_by_less_than_MinDelta_is_best_but_buys_no_time()
    {
        using ScriptedEngine engine = Validating(4, 3.9, 3.8, 3.7, 0, 0);

        TrainingResult result = Run(engine, Plan with { Patience = 3, MinDelta = 0.5 }, SixRows, OneRow);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.EarlyStopping));
        Assert.That((result.History.Epochs.Count, EpochOf(result)), Is.EqualTo((4, 4)));
    }

    [Test]
    public void Without_patience_it_runs_to_the_end_and_still_restores_the_best()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 4, 5);

        TrainingResult result = Run(engine, Plan, SixRows, OneRow);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.MaxEpochs));
        Assert.That((result.History.Epochs.Count, EpochOf(result)), Is.EqualTo((6, 2)));
    }

    [Test]
    public void Without_validation_the_last_epoch_counts_whatever_the_patience()
    {
        using var engine = new ScriptedEngine { Loss = step => step };

        TrainingResult result = Run(engine, Plan with { Patience = 1 }, SixRows, validation: null);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.MaxEpochs));
        Assert.That((result.History.Epochs.Count, result.History.BestEpoch, EpochOf(result)), Is.EqualTo((6, 6, 6)));
        Assert.That(
            result.History.Epochs.Select(report => (report.ValidationLoss, report.ValidationMetric)),
            Is.All.EqualTo(((double?)null, (double?)null))
        );
        Assert.That(
            result.History.Epochs.Select(report => report.IsBest),
            Is.EqualTo(new[] { true, false, false, false, false, false }),
            "by training loss"
        );
    }

    // ---- cancellation ----

    private static readonly TrainingPlan ReturnBest = Plan with { OnCancellation = CancellationBehavior.ReturnBest };

    [Test]
    public void Cancelled_by_the_token_it_throws()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 4, 5);
        using var source = new CancellationTokenSource();
        _observer.OnStep = (epoch, step) => CancelAt(source, (epoch, step) == (4, 1));

        Assert.That(() => Run(engine, Plan, SixRows, OneRow, cancellation: source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(engine.Steps, Is.EqualTo(3 * StepsPerEpoch + 1), "it ends at the next batch");
    }

    [Test]
    public void Cancelled_by_the_token_it_can_return_the_best_so_far()
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 4, 5);
        using var source = new CancellationTokenSource();
        _observer.OnStep = (epoch, step) => CancelAt(source, (epoch, step) == (4, 1));

        TrainingResult result = Run(engine, ReturnBest, SixRows, OneRow, cancellation: source.Token);

        Assert.That(result.History.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That((result.History.Epochs.Count, result.History.BestEpoch, EpochOf(result)), Is.EqualTo((3, 2, 2)));
    }

    [Test]
    public void Cancelled_without_validation_the_best_is_by_training_loss()
    {
        using var engine = new ScriptedEngine { Loss = step => step is > 3 and <= 6 ? 1 : 2 };
        using var source = new CancellationTokenSource();
        _observer.OnStep = (epoch, step) => CancelAt(source, (epoch, step) == (4, 2));

        TrainingResult result = Run(engine, ReturnBest, SixRows, validation: null, cancellation: source.Token);

        Assert.That((result.History.StopReason, result.History.Epochs.Count, EpochOf(result)), Is.EqualTo((StopReason.Cancelled, 3, 2)));
    }

    [Test]
    public void Cancelled_by_the_host_it_does_the_same([Values] CancellationBehavior behavior)
    {
        using ScriptedEngine engine = Validating(4, 1, 2, 3, 4, 5);
        var test = new TestHost();
        _observer.OnCheckAlive = () => test.Host.CheckAlive();
        _observer.OnEpoch = report =>
        {
            if (report.Epoch == 3)
                test.Cancel();
        };

        if (behavior == CancellationBehavior.Throw)
            Assert.That(() => Run(engine, Plan, SixRows, OneRow), Throws.InstanceOf<OperationCanceledException>());
        else
            Assert.That(EpochOf(Run(engine, ReturnBest, SixRows, OneRow)), Is.EqualTo(2));
        Assert.That(engine.Steps, Is.EqualTo(3 * StepsPerEpoch));
    }

    [Test]
    public void Cancelled_while_it_validates_it_ends_there()
    {
        using var source = new CancellationTokenSource();
        using var engine = new ScriptedEngine
        {
            Output = (_, _, _, steps) =>
            {
                CancelAt(source, steps == 2 * StepsPerEpoch);
                return 1;
            },
        };

        TrainingResult result = Run(engine, ReturnBest, SixRows, SequenceSet.All(Stores.OfLabels(0, 0, 0, 0)), cancellation: source.Token);

        Assert.That((result.History.Epochs.Count, EpochOf(result)), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Cancelled_before_any_epoch_is_done_there_is_nothing_to_return()
    {
        using var engine = new ScriptedEngine();
        using var source = new CancellationTokenSource();
        _observer.OnStep = (_, step) => CancelAt(source, step == 2);

        Assert.That(
            () => Run(engine, ReturnBest, SixRows, OneRow, cancellation: source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    private static void CancelAt(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }

    // ---- a loss that is NaN ----

    private const string Advice =
        ", so training stopped. Try a lower LearningRate (it was 0.5), a GradientClipNorm of 1 or less, Normalize on, and look for huge "
        + "values in the features or the label.";

    [Test]
    public void A_training_loss_that_is_no_number_names_epoch_and_step_and_what_to_try(
        [Values(float.NaN, float.PositiveInfinity)] float bad,
        [Values] CancellationBehavior behavior
    )
    {
        using var engine = new ScriptedEngine { Loss = step => step == 5 ? bad : 1 };

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan with { OnCancellation = behavior }, SixRows, OneRow)).Message,
            Is.EqualTo($"The loss became {bad} in epoch 2, step 2{Advice}")
        );
        Assert.That((engine.LabelsSeen.Count, engine.Steps), Is.EqualTo((5, 4)), "nothing is updated by it");
    }

    [Test]
    public void A_validation_loss_that_is_no_number_names_the_epoch()
    {
        using ScriptedEngine engine = Validating(1, double.NaN);

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SixRows, OneRow)).Message,
            Is.EqualTo($"The loss became NaN in epoch 2, step 3{Advice}")
        );
    }

    [Test]
    public void A_weight_that_is_no_number_is_never_handed_out([Values] bool validate)
    {
        using var engine = new ScriptedEngine
        {
            Weight = steps => steps == 2 * StepsPerEpoch ? float.NaN : steps,
            Loss = step => 1f / step,
            Output = (_, _, _, steps) => 1f / steps,
        };

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SixRows, validate ? OneRow : null)).Message,
            Is.EqualTo($"The weight 'steps' is no longer finite after epoch 2{Advice}")
        );
    }

    [Test]
    public void A_last_epoch_whose_weights_are_no_numbers_is_never_handed_out()
    {
        // Its training loss is worse than the first's, so its weights were not looked at for being the best.
        using var engine = new ScriptedEngine { Weight = steps => steps == 6 * StepsPerEpoch ? float.NaN : steps, Loss = step => step };

        Assert.That(
            ProperFailure.Of("Run", () => Run(engine, Plan, SixRows, validation: null)).Message,
            Is.EqualTo($"The weight 'steps' is no longer finite after epoch 6{Advice}")
        );
    }
}
