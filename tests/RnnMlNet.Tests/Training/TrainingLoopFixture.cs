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

/// <summary>Scripted trainings of 3 steps an epoch: 6 rows, batches of 2.</summary>
internal abstract class TrainingLoopFixture
{
    private protected const int StepsPerEpoch = 3;

    private protected static readonly SequenceSet SixRows = SequenceSet.All(Stores.OfLabels(0, 0, 0, 0, 0, 0));
    private protected static readonly SequenceSet OneRow = SequenceSet.All(Stores.OfLabels(0));

    private protected static readonly TrainingPlan Plan = new()
    {
        Loss = LossKind.Squared,
        MaxEpochs = 6,
        BatchSize = 2,
        LearningRate = 0.5f,
        Seed = 3,
    };

    private protected RecordingObserver _observer = null!;

    [SetUp]
    public void SetUp() => _observer = new RecordingObserver();

    /// <summary>
    /// An engine whose validation loss after epoch e is losses[e-1]: the validation row's label is 0, so the output is the loss's root.
    /// </summary>
    private protected static ScriptedEngine Validating(params double[] losses) =>
        new() { Output = (_, _, _, steps) => (float)Math.Sqrt(losses[steps / StepsPerEpoch - 1]) };

    private protected TrainingResult Run(
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

    private protected static int EpochOf(TrainingResult result) => (int)result.Weights["steps"][0] / StepsPerEpoch;

    private protected static void CancelAt(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }
}
