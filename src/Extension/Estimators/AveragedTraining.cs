using RnnMlNet.Checkpoints;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Trains as many networks as the options ask for on rows that have been read, and averages them.</summary>
/// <param name="options">What to train, and how.</param>
/// <param name="count">How many.</param>
/// <param name="seed">Of the first network.</param>
/// <param name="newTraining">The training of a network, of the same sizes and scaling whichever it is.</param>
internal sealed class AveragedTraining(RnnOptions options, int count, int seed, Func<NetworkStart, NetworkTraining> newTraining)
{
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Trains those that are not done yet.</summary>
    /// <param name="train">Trains one.</param>
    /// <param name="left">Where the training of the first of them was cut off; null where it has not begun.</param>
    public TrainedNetwork Run(Func<NetworkTraining, NetworkStart, TrainingResult> train, TrainingState? left = null)
    {
        Func<TrainingResult, TrainedNetwork>? network = null;
        var fits = new NetworkFits(options, count, seed, start =>
        {
            using NetworkTraining training = newTraining(start);
            network = training.Network;
            return train(training, start);
        })
        { Checkpoints = Checkpoints };
        IReadOnlyList<TrainingResult> results = fits.Run(left);
        return TrainedNetwork.AverageOf([.. results.Select(network!)]);
    }
}
