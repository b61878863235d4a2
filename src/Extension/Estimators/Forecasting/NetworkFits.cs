using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Engines;
using RnnMlNet.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Trains a forecaster's networks one after the other, on the same windows from different seeds.</summary>
internal sealed class NetworkFits(IHost host, IChannel log, Options options, int seed)
{
    /// <summary>The networks.</summary>
    public required NetworkShape Shape { get; init; }

    /// <summary>Windows to train on.</summary>
    public required WindowSet Training { get; init; }

    /// <summary>Windows to validate on; null for none.</summary>
    public required WindowSet? Validation { get; init; }

    /// <summary>The loss.</summary>
    public required LossKind Loss { get; init; }

    /// <summary>Of a quantile loss.</summary>
    public required float[] Quantiles { get; init; }

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
        TrainingPlan plan = FitPlan.Of(options, Loss, Validation is not null, networkSeed) with { Quantiles = Quantiles };
        using ITrainingEngine engine = FitEngine.Create(log, options, networkSeed, new EngineSettings
        {
            Shape = Shape,
            InitialWeights = WeightInitializer.Create(Shape, forgetBias: 1, networkSeed),
            Loss = Loss,
            Quantiles = Quantiles,
            TeacherForcing = options.TeacherForcing,
            HeadDropout = options.Dropout,
        });
        log.Info($"Training{what} on {Training.Windows} windows of {Training.Series} series, validating on {Validation?.Windows ?? 0}, {engine.Description}.");
        using var observer = new FitObserver(host, log, what.Length == 0 ? "Training the forecaster" : $"Training{what}", options.MaxEpochs, options.Progress);
        var loop = new TrainingLoop(engine, plan, Shape.Outputs, Training, Validation, observer, options.CancellationToken) { Checkpoints = Checkpoints };
        if (left is not null)
            FitResumption.Resume(log, loop, left, options.CheckpointPath!, hasDropout: options.Dropout > 0);
        return loop.Run();
    }
}
