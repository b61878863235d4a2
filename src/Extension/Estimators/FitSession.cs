using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// What a Fit of sequences and one of series have in common once their data are read and their options resolved: the log of what was
/// chosen, the checkpoint, the trainings of all members, and the learning rate range test in their place.
/// </summary>
/// <param name="host">Who may end it, and where progress is told.</param>
/// <param name="log">The Fit's.</param>
/// <param name="options">What to train, and how.</param>
/// <param name="settings">What of that was chosen from the data.</param>
/// <param name="seed">Of the first network.</param>
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
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Logs what was chosen, and finds where an earlier Fit was cut off.</summary>
    /// <param name="data">The data in words.</param>
    /// <param name="chosen">Options with their values.</param>
    /// <param name="fingerprint">Of all that decides what the Fit comes to; asked for where there are checkpoints.</param>
    /// <returns>Where the training of the first network that is not done was cut off; null where it has not begun.</returns>
    /// <exception cref="InvalidOperationException">What was left is of other data or options.</exception>
    public TrainingState? Begin(string data, IReadOnlyDictionary<string, string> chosen, Func<Fingerprint> fingerprint)
    {
        log.Info($"Chosen for {data}: {string.Join(", ", chosen.Select(option => $"{option.Key} {option.Value}"))}.");
        if (warmStart is not null)
            log.Info($"Training continues from the weights of a previous model of {warmStart.Description}.");
        return Checkpoints?.Begin(seed, fingerprint(), settings.MaxEpochs);
    }

    /// <summary>Trains all networks, those that an earlier Fit trained aside.</summary>
    /// <param name="newTraining">The training of a network.</param>
    /// <param name="left">What <see cref="Begin"/> found.</param>
    /// <param name="rounds">Trainings of each member.</param>
    /// <param name="mayRunAtOnce">Whether members may be trained at the same time.</param>
    /// <returns>What the trainings came to, round after round; fewer where it was cancelled.</returns>
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

    /// <summary>A learning rate range test of a training that Fit would begin; the trained network is thrown away.</summary>
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
        log.Info($"Going on from '{options.CheckpointPath}': epoch {left.Position.Epoch}, after {left.Position.Batches} of its batches.");
        if (!restored && settings.HasDropout)
            log.Warning(
                "The training that is gone on with ran on another kind of device, so dropout draws other random numbers than it would "
                    + "have there."
            );
    }
}
