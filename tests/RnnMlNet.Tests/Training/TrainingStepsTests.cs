using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

[TestFixture]
[CancelAfter(60_000)]
public class TrainingStepsTests
{
    [Test]
    public void Batches_assembled_ahead_go_on_from_epoch_to_epoch_in_the_same_order()
    {
        var plan = new TrainingPlan
        {
            Loss = LossKind.Squared,
            MaxEpochs = 4,
            BatchSize = 2,
            BatchesPerStep = 2,
            LearningRate = 1,
            Seed = 3,
        };
        SequenceSet rows = SequenceSet.All(Stores.OfLabels([.. Enumerable.Range(0, 9).Select(i => (float)i)]));
        float[][] Labels(bool ahead)
        {
            using var engine = new ScriptedEngine { GainsFromBatchesAhead = ahead };
            using var steps = new TrainingSteps(engine, plan, rows);
            // Taken up in the middle of the second.
            for (int epoch = 2; epoch <= plan.MaxEpochs; epoch++)
            for (EpochSteps left = steps.Epoch(epoch, skip: epoch == 2 ? 3 : 0); !left.IsDone; )
                left.Next(1);
            return [.. engine.LabelsSeen];
        }

        float[][] onDemand = Labels(ahead: false);

        Assert.That(Labels(ahead: true), Is.EqualTo(onDemand));
        Assert.That(onDemand, Has.Length.EqualTo(2 + 5 + 5));
        Assert.That(onDemand[2..7], Is.Not.EqualTo(onDemand[7..]), "each epoch has an order of its own");
    }
}
