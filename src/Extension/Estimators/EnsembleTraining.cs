using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Trains as many networks as the options ask for on rows that have been read, and averages them.</summary>
/// <param name="log">Is warned where it is cancelled.</param>
/// <param name="options">What to train, and how.</param>
/// <param name="settings">How many, and rows of a mini-batch.</param>
/// <param name="seed">Of the first network.</param>
/// <param name="newTraining">The training of a network, of the same sizes and scaling whichever it is.</param>
internal sealed class EnsembleTraining(
    IChannel log,
    RnnOptions options,
    SequenceSettings settings,
    int seed,
    Func<NetworkStart, NetworkTraining> newTraining
)
{
    private const int SmallBatch = 32;

    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    // A small mini-batch keeps one thread busy at most: several networks at the same time keep all of them busy.
    private int AtOnce =>
        settings.BatchSize <= SmallBatch && EngineFactory.IsSimd(options.Engine, options.Device, options.CustomCell)
            ? Math.Min(settings.EnsembleSize, ThreadCount.Of(options.Threads))
            : 1;

    /// <summary>Trains those that are not done yet.</summary>
    /// <param name="train">Trains one.</param>
    /// <param name="left">Where the training of the first of them was cut off; null where it has not begun.</param>
    public TrainedNetwork Run(Func<NetworkTraining, NetworkStart, TrainingResult> train, TrainingState? left = null)
    {
        Func<TrainingResult, TrainedNetwork>? network = null;
        var fits = new NetworkFits(
            options,
            settings.EnsembleSize,
            seed,
            start =>
            {
                using NetworkTraining training = newTraining(start);
                network = training.Network;
                return train(training, start);
            }
        )
        {
            Checkpoints = Checkpoints,
            AtOnce = AtOnce,
        };
        var cancelled = new CancelledFit(log, settings.EnsembleSize, settings.EnsembleSize, canGoOn: Checkpoints is not null);
        IReadOnlyList<TrainingResult> results = cancelled.Marked(fits.Run(left));
        return TrainedNetwork.AverageOf([.. results.Select(network!)]);
    }
}
