using System.Runtime.ExceptionServices;
using RnnMlNet.Checkpoints;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Trains the members of an ensemble from different seeds, one after the other or several at the same time.</summary>
/// <param name="options">What is handed back where it is cancelled.</param>
/// <param name="members">How many.</param>
/// <param name="count">How many trainings: those of all members, and as many again where each is trained on.</param>
/// <param name="seed">Of the first.</param>
/// <param name="train">Trains one.</param>
internal sealed class NetworkFits(RnnTrainingOptions options, int members, int count, int seed, Func<NetworkStart, TrainingResult> train)
{
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>How many are trained at the same time, with a share of the threads each; 1 where their state is kept.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>Trains those that are not done yet.</summary>
    /// <param name="left">Where the training of the first of them was cut off; null where it has not begun.</param>
    /// <returns>All networks, fewer where it was cancelled and the best is to be handed back: those that are done, or of the first what it
    /// has come to.</returns>
    public IReadOnlyList<TrainingResult> Run(TrainingState? left = null)
    {
        if (AtOnce > 1 && count > 1 && Checkpoints is null)
            return RunAtOnce();
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

    // Each has a seed, an engine and an order of rows of its own: what comes of it is the same to the bit as one after the other.
    private List<TrainingResult> RunAtOnce()
    {
        var results = new TrainingResult?[count];
        var errors = new ExceptionDispatchInfo?[count];
        var turns = new Turns();
        using var stop = new CancellationTokenSource();
        int begun = 0;
        // None is begun after a cancellation; those that run come upon it by themselves, and what they have come to may be handed back.
        bool isCancelled = false;
        void Work()
        {
            for (
                int number;
                !Volatile.Read(ref isCancelled) && !stop.IsCancellationRequested && (number = Interlocked.Increment(ref begun) - 1) < count;

            )
                try
                {
                    results[number] = train(
                        StartOf(number, null) with
                        {
                            Threads = Math.Max(1, ThreadCount.Of(options.Threads) / AtOnce),
                            Turn = turns.Of(number),
                            Stop = stop.Token,
                        }
                    );
                    if (results[number]!.History.StopReason == StopReason.Cancelled)
                        Volatile.Write(ref isCancelled, true);
                }
                catch (Exception e)
                {
                    errors[number] = ExceptionDispatchInfo.Capture(e);
                    Volatile.Write(ref isCancelled, true);
                    if (e is not OperationCanceledException)
                        stop.Cancel();
                }
        }
        Task.WaitAll([
            .. Enumerable
                .Range(0, Math.Min(AtOnce, count))
                .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ]);
        errors.FirstOrDefault(error => error is { SourceException: not OperationCanceledException })?.Throw();
        return Finished(results, errors);
    }

    // Those before the first that was cut off; of the first itself what it has come to.
    private List<TrainingResult> Finished(TrainingResult?[] results, ExceptionDispatchInfo?[] errors)
    {
        var networks = new List<TrainingResult>();
        for (int number = 0; number < count; number++)
        {
            if (results[number] is not TrainingResult network)
            {
                if (number == 0 || options.OnCancellation != CancellationBehavior.ReturnBest)
                    errors.First(error => error is not null)!.Throw();
                return networks;
            }
            bool isCancelled = network.History.StopReason == StopReason.Cancelled;
            if (!isCancelled || number == 0)
                networks.Add(network);
            if (isCancelled)
                return networks;
        }
        return networks;
    }

    /// <summary>
    /// The seed of a network: the first has the trainer's, and those of trainers whose seeds follow one another are all different.
    /// </summary>
    public static int SeedOf(int seed, int network) => unchecked(seed + network * (int)0x9E3779B9);

    // Null where it was cancelled before anything came of it, and there are others to hand back.
    private TrainingResult? Train(List<TrainingResult> done, TrainingState? left)
    {
        int number = done.Count;
        try
        {
            return train(StartOf(number, left) with { Before = number < members ? null : done[number - members] });
        }
        catch (OperationCanceledException) when (number > 0 && options.OnCancellation == CancellationBehavior.ReturnBest)
        {
            return null;
        }
    }

    private NetworkStart StartOf(int number, TrainingState? left) =>
        new(number, SeedOf(seed, number), members == 1 ? "" : $" network {number % members + 1} of {members}", left)
        {
            Member = number % members,
        };
}

/// <summary>Where the training of a network begins.</summary>
/// <param name="Number">Which of several trainings it is, 0 for the first.</param>
/// <param name="Seed">Of its weights, order and dropout.</param>
/// <param name="Name">Which member it is of, in words with a blank before them; empty of one alone.</param>
/// <param name="Left">Where it was cut off; null for its beginning.</param>
internal sealed record NetworkStart(int Number, int Seed, string Name, TrainingState? Left)
{
    /// <summary>Which member of the ensemble it is, 0 for the first.</summary>
    public int Member { get; init; }

    /// <summary>What the same member's training before it came to, from which it continues; null for the first.</summary>
    public TrainingResult? Before { get; init; }

    /// <summary>Threads to compute with; null for those of the options.</summary>
    public int? Threads { get; init; }

    /// <summary>When it may report its progress, where others are trained at the same time.</summary>
    public Turn Turn { get; init; } = Turn.Always;

    /// <summary>Set where another of them has failed, and this one is of no use.</summary>
    public CancellationToken Stop { get; init; }
}
