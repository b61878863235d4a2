using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Trains as many networks as the settings say, on data that have been read, whatever they are.</summary>
/// <param name="log">Is warned where it is cancelled.</param>
/// <param name="options">What to train, and how.</param>
/// <param name="settings">How many, and rows of a mini-batch.</param>
/// <param name="seed">Of the first network.</param>
/// <param name="newTraining">The training of a network, of the same sizes and scaling whichever it is.</param>
internal sealed class EnsembleTraining(
    IChannel log,
    RnnTrainingOptions options,
    TrainingSettings settings,
    int seed,
    Func<NetworkStart, NetworkTraining> newTraining
)
{
    private const int SmallBatch = 32;

    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Trainings of each member, one after the other: each continues from the result of the one before it.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Whether members may be trained at the same time.</summary>
    public bool MayRunAtOnce { get; init; } = true;

    // A small mini-batch keeps one thread busy at most: several networks at the same time keep all of them busy.
    private int AtOnce =>
        MayRunAtOnce
        && settings.BatchSize <= SmallBatch
        && EngineFactory.IsSimd(options.Engine, options.Device, (options as RnnOptions)?.CustomCell)
            ? Math.Min(settings.EnsembleSize, ThreadCount.Of(options.Threads))
            : 1;

    /// <summary>Trains those that are not done yet.</summary>
    /// <param name="train">Trains one.</param>
    /// <param name="left">Where the training of the first of them was cut off; null where it has not begun.</param>
    /// <returns>What the trainings came to, round after round; fewer where it was cancelled.</returns>
    public IReadOnlyList<TrainingResult> Run(Func<NetworkTraining, NetworkStart, TrainingResult> train, TrainingState? left = null)
    {
        int members = settings.EnsembleSize,
            trainings = Rounds * members;
        var fits = new NetworkFits(
            options,
            members,
            trainings,
            seed,
            start =>
            {
                using NetworkTraining training = newTraining(start);
                return train(training, start);
            }
        )
        {
            Checkpoints = Checkpoints,
            AtOnce = AtOnce,
        };
        return new CancelledFit(log, members, trainings, canGoOn: Checkpoints is not null).Marked(fits.Run(left));
    }
}
