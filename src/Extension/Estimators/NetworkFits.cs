using RnnMlNet.Checkpoints;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Trains the members of an ensemble one after the other, from different seeds.</summary>
/// <param name="options">What is handed back where it is cancelled.</param>
/// <param name="count">How many.</param>
/// <param name="seed">Of the first.</param>
/// <param name="train">Trains one.</param>
internal sealed class NetworkFits(RnnTrainingOptions options, int count, int seed, Func<NetworkStart, TrainingResult> train)
{
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Trains those that are not done yet.</summary>
    /// <param name="left">Where the training of the first of them was cut off; null where it has not begun.</param>
    /// <returns>All networks, fewer where it was cancelled and the best is to be handed back: those that are done, or of the first what it has come to.</returns>
    public IReadOnlyList<TrainingResult> Run(TrainingState? left = null)
    {
        var networks = new List<TrainingResult>(Checkpoints?.Done ?? []);
        while (networks.Count < count)
        {
            TrainingResult? network = Train(networks, left);
            left = null;
            bool isCancelled = network is null || network.History.StopReason == StopReason.Cancelled;
            if (network is not null && (!isCancelled || networks.Count == 0))
                networks.Add(network);
            // What was cancelled can be gone on with.
            if (isCancelled)
                return networks;
            Checkpoints?.NetworkDone(network!);
        }
        Checkpoints?.Delete();
        return networks;
    }

    /// <summary>The seed of a network: the first has the trainer's, and those of trainers whose seeds follow one another are all different.</summary>
    public static int SeedOf(int seed, int network) => unchecked(seed + network * (int)0x9E3779B9);

    // Null where it was cancelled before anything came of it, and there are others to hand back.
    private TrainingResult? Train(List<TrainingResult> done, TrainingState? left)
    {
        int number = done.Count;
        try
        {
            return train(new NetworkStart(number, SeedOf(seed, number), count == 1 ? "" : $" network {number + 1} of {count}", left) { Done = done });
        }
        catch (OperationCanceledException) when (number > 0 && options.OnCancellation == CancellationBehavior.ReturnBest)
        {
            return null;
        }
    }
}

/// <summary>Where the training of a network begins.</summary>
/// <param name="Number">Which of several it is, 0 for the first.</param>
/// <param name="Seed">Of its weights, order and dropout.</param>
/// <param name="Name">Which of several it is, in words with a blank before them; empty of one alone.</param>
/// <param name="Left">Where it was cut off; null for its beginning.</param>
internal sealed record NetworkStart(int Number, int Seed, string Name, TrainingState? Left)
{
    /// <summary>What those before it came to.</summary>
    public IReadOnlyList<TrainingResult> Done { get; init; } = [];
}
