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

/// <summary>A training that is cancelled, by the token or by the host.</summary>
[TestFixture]
internal sealed class TrainingCancellationTests : TrainingLoopFixture
{
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
}
