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

/// <summary>What an epoch is, and that a training learns.</summary>
[TestFixture]
internal sealed class TrainingLoopTests : TrainingLoopFixture
{
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
}
