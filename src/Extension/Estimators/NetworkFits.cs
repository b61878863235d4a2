using System.Runtime.ExceptionServices;
using RnnMlNet.Checkpoints;
using RnnMlNet.Engines;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Trains the members of an ensemble from different seeds, one after the other or concurrently.</summary>
/// <param name="options">The options.</param>
/// <param name="members">Number of members.</param>
/// <param name="count">Number of trainings: one per member, or two where each trains further.</param>
/// <param name="seed">Seed of the first.</param>
/// <param name="train">Trains one.</param>
internal sealed class NetworkFits(RnnTrainingOptions options, int members, int count, int seed, Func<NetworkStart, TrainingResult> train)
{
    /// <summary>Stores the state of training; null for none.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>Number of concurrent trainings, with a share of the threads each; 1 where their state is stored.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>Trains the members that are not complete yet.</summary>
    /// <param name="left">The state to resume the first of them from; null where it has not begun.</param>
    /// <returns>All networks; fewer after a cancellation with ReturnBest: the complete ones, or the best state of the first.</returns>
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
            // A cancelled training can be resumed.
            if (isCancelled)
                return networks;
            Checkpoints?.NetworkDone(network!);
        }
        Checkpoints?.Delete();
        return networks;
    }

    // Each has its own seed, engine and order of rows: the results are bit-identical to those of sequential training.
    private List<TrainingResult> RunAtOnce()
    {
        var results = new TrainingResult?[count];
        var errors = new ExceptionDispatchInfo?[count];
        var turns = new Turns();
        using var stop = new CancellationTokenSource();
        int begun = 0;
        // None starts after a cancellation; running ones notice it themselves, and their best state may be returned.
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

    // The complete ones before the first interrupted one; for the first itself its best state.
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
    /// The seed of a network: the first has the trainer's, and networks of trainers with consecutive seeds all have different ones.
    /// </summary>
    public static int SeedOf(int seed, int network) => unchecked(seed + network * (int)0x9E3779B9);

    // Null where it was cancelled without a result, and there are others to return.
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

/// <summary>The start of a network's training.</summary>
/// <param name="Number">Index of the training, 0 for the first.</param>
/// <param name="Seed">Seed of its weights, order and dropout.</param>
/// <param name="Name">The ensemble member, as text after a blank; empty for a single network.</param>
/// <param name="Left">The state to resume from; null to start anew.</param>
internal sealed record NetworkStart(int Number, int Seed, string Name, TrainingState? Left)
{
    /// <summary>Index of the ensemble member, 0 for the first.</summary>
    public int Member { get; init; }

    /// <summary>The result of the same member's training before it, from which it continues; null for the first.</summary>
    public TrainingResult? Before { get; init; }

    /// <summary>Threads to compute with; null for those of the options.</summary>
    public int? Threads { get; init; }

    /// <summary>Its turn to report progress, where others are trained concurrently.</summary>
    public Turn Turn { get; init; } = Turn.Always;

    /// <summary>Cancelled where another of them has failed, and this one is useless.</summary>
    public CancellationToken Stop { get; init; }
}
