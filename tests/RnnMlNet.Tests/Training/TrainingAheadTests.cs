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

/// <summary>Batches that are assembled while the engine computes.</summary>
[TestFixture]
internal sealed class TrainingAheadTests : TrainingLoopFixture
{
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
}
