using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Trains a forecaster's networks one after the other, on the same windows from different seeds.</summary>
internal sealed class NetworkFits(IHost host, IChannel log, Options options, ForecastWindows windows, int seed)
{
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Trains those that are not done yet.</summary>
    /// <param name="left">Where the training of the first of them was cut off; null where it has not begun.</param>
    /// <returns>All networks, fewer where it was cancelled and the best is to be handed back: those that are done, or of the first what it has come to.</returns>
    public IReadOnlyList<TrainingResult> Run(TrainingState? left)
    {
        var networks = new List<TrainingResult>(Checkpoints?.Done ?? []);
        while (networks.Count < options.Networks)
        {
            TrainingResult? network = Train(networks.Count, left);
            left = null;
            bool isCancelled = network is null || network.History.StopReason == StopReason.Cancelled;
            if (network is not null && (!isCancelled || networks.Count == 0))
                networks.Add(network);
            if (isCancelled)
                return networks;
            Checkpoints?.NetworkDone(network!);
        }
        Checkpoints?.Delete();
        return networks;
    }

    /// <summary>The seed of a network: the first has the forecaster's, and those of forecasters whose seeds follow one another are all different.</summary>
    public static int SeedOf(int seed, int network) => unchecked(seed + network * (int)0x9E3779B9);

    // Null where it was cancelled before anything came of it, and there are others to hand back.
    private TrainingResult? Train(int number, TrainingState? left)
    {
        try
        {
            return Train(SeedOf(seed, number), options.Networks == 1 ? "" : $" network {number + 1} of {options.Networks}", left);
        }
        catch (OperationCanceledException) when (number > 0 && options.OnCancellation == CancellationBehavior.ReturnBest)
        {
            return null;
        }
    }

    private TrainingResult Train(int networkSeed, string what, TrainingState? left)
    {
        using var training = new ForecastTraining(log, options, windows, networkSeed);
        log.Info($"Training{what} on {windows.Training.Windows} windows of {windows.Training.Series} series, validating on {windows.Validation?.Windows ?? 0}, {training.Engine.Description}.");
        using var observer = new FitObserver(host, log, what.Length == 0 ? "Training the forecaster" : $"Training{what}", options.MaxEpochs, options.Progress);
        TrainingLoop loop = training.Loop(observer, Checkpoints);
        if (left is not null)
            FitResumption.Resume(log, loop, left, options.CheckpointPath!, hasDropout: options.Dropout > 0);
        return loop.Run();
    }
}
