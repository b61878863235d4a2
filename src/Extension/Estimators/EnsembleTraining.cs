using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Trains the members of an ensemble on data that have been read, sequences or windows.</summary>
/// <param name="log">Receives a warning on cancellation.</param>
/// <param name="options">The options.</param>
/// <param name="settings">Number of members, and rows of a mini-batch.</param>
/// <param name="seed">Seed of the first network.</param>
/// <param name="newTraining">Creates the training of a network; all have equal sizes and scaling.</param>
internal sealed class EnsembleTraining(
    IChannel log,
    RnnTrainingOptions options,
    TrainingSettings settings,
    int seed,
    Func<NetworkStart, NetworkTraining> newTraining
)
{
    private const int SmallBatch = 32;

    /// <summary>Stores the state of training; null for none.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Trainings of each member, one after the other: each continues from the result of the one before it.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Whether members may be trained at the same time.</summary>
    public bool MayRunAtOnce { get; init; } = true;

    // A small mini-batch occupies one thread at most: several concurrent networks occupy all of them.
    private int AtOnce =>
        MayRunAtOnce
        && settings.BatchSize <= SmallBatch
        && (
            options is RnnOptions { NeedsCSharpEngine: true }
            || EngineFactory.IsSimd(options.Engine, options.Device, (options as RnnOptions)?.CustomCell)
        )
            ? Math.Min(settings.EnsembleSize, ThreadCount.Of(options.Threads))
            : 1;

    /// <summary>Trains the members that are not complete yet.</summary>
    /// <param name="train">Trains one.</param>
    /// <param name="left">The state to resume the first of them from; null where it has not begun.</param>
    /// <returns>The results, round after round; fewer after a cancellation.</returns>
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
