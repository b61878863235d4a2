using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// The common part of a Fit of sequences and of series, after the data are read and the options resolved: the log of the chosen options,
/// the checkpoint, the trainings of all members, or the learning rate range test.
/// </summary>
/// <param name="host">Its cancellation ends training; receives progress.</param>
/// <param name="log">The Fit's log.</param>
/// <param name="options">The options.</param>
/// <param name="settings">The resolved options.</param>
/// <param name="seed">Seed of the first network.</param>
/// <param name="warmStart">The model to continue from; null for random weights.</param>
internal sealed class FitSession(
    IHost host,
    IChannel log,
    RnnTrainingOptions options,
    TrainingSettings settings,
    int seed,
    WarmStart? warmStart
)
{
    /// <summary>Stores the state of training; null for none.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Logs the chosen options, and reads the checkpoint of an interrupted Fit.</summary>
    /// <param name="data">The data as text.</param>
    /// <param name="chosen">Options with their values.</param>
    /// <param name="fingerprint">The fingerprint of the Fit; evaluated where there are checkpoints.</param>
    /// <returns>The state of the first incomplete network; null where its training has not begun.</returns>
    /// <exception cref="InvalidOperationException">The checkpoint is of other data or options.</exception>
    public TrainingState? Begin(string data, IReadOnlyDictionary<string, string> chosen, Func<Fingerprint> fingerprint)
    {
        log.Info($"Chosen for {data}: {string.Join(", ", chosen.Select(option => $"{option.Key} {option.Value}"))}.");
        if (warmStart is not null)
            log.Info(
                $"Training continues from the weights of a previous model of {warmStart.Description}"
                    + (
                        (options as RnnOptions)?.PretrainedEmbeddingsPath is null
                            ? "."
                            : ", whose embeddings are kept: no vectors are read."
                    )
            );
        return Checkpoints?.Begin(seed, fingerprint(), settings.MaxEpochs);
    }

    /// <summary>Trains all networks, except those that an earlier Fit completed.</summary>
    /// <param name="newTraining">Creates the training of a network.</param>
    /// <param name="left">The result of <see cref="Begin"/>.</param>
    /// <param name="rounds">Trainings of each member.</param>
    /// <param name="mayRunAtOnce">Whether members may be trained concurrently.</param>
    /// <returns>The results, round after round; fewer after a cancellation.</returns>
    public IReadOnlyList<TrainingResult> Run(
        Func<NetworkStart, NetworkTraining> newTraining,
        TrainingState? left,
        int rounds = 1,
        bool mayRunAtOnce = true
    ) =>
        new EnsembleTraining(log, options, settings, seed, newTraining)
        {
            Checkpoints = Checkpoints,
            Rounds = rounds,
            MayRunAtOnce = mayRunAtOnce,
        }.Run(Train, left);

    /// <summary>A learning rate range test of a training that Fit would begin; the trained network is discarded.</summary>
    public LearningRateCurve TestRates(NetworkTraining training, LearningRateRange range)
    {
        using var observer = new FitObserver(host, log, $"Testing learning rates of the {training.Kind}", maxEpochs: 1, user: null);
        LearningRateCurve curve = training.TestRates(range, observer);
        log.Info($"{curve}.");
        return curve;
    }

    private TrainingResult Train(NetworkTraining training, NetworkStart start)
    {
        start.Turn.Tell(() => log.Info($"Training{start.Name}{training.Purpose}{training.Detail}."));
        string doing = start.Name.Length == 0 ? $"Training the {training.Kind}" : $"Training{start.Name}";
        using var observer = new FitObserver(host, log, doing, training.Plan.MaxEpochs, options.Progress)
        {
            Network = start.Name.Length == 0 ? "" : start.Name + training.Purpose,
            Turn = start.Turn,
            Stop = start.Stop,
        };
        using TrainingLoop loop = training.Loop(observer, Checkpoints);
        if (start.Left is not null)
            Resume(loop, start.Left);
        return loop.Run();
    }

    private void Resume(TrainingLoop loop, TrainingState left)
    {
        bool restored = loop.Restore(left);
        log.Info($"Resuming from '{options.CheckpointPath}': epoch {left.Position.Epoch}, after {left.Position.Batches} of its batches.");
        if (!restored && settings.HasDropout)
            log.Warning(
                "The resumed training ran on another kind of device, so dropout draws other random numbers than it would " + "have there."
            );
    }
}
