namespace RnnMlNet.Distributed;

/// <summary>What an <see cref="OrleansTrialExecutor"/> is set by.</summary>
public sealed class OrleansTrialExecutorOptions
{
    /// <summary>
    /// Name of the queue: its tasks are done by the workers of the same <see cref="TrialWorkerOptions.Queue"/>. Default "default".
    /// Experiments that run at the same time need one each.
    /// </summary>
    public string Queue { get; set; } = "default";

    /// <summary>
    /// Workers that a task may lose, one after the other, before it counts as one that ends its workers, and the experiment ends with an
    /// error. Default 5; at least 1.
    /// </summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// How long the queue may be out of reach, because no silo of the cluster holds it or none answers, before the experiment ends with an
    /// error. Default 2 minutes; above 0. That there are no workers is no error: the experiment waits for one until its time limit.
    /// </summary>
    public TimeSpan UnreachableTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Is told which worker has which task; called from several threads. Default null: nobody.</summary>
    public IProgress<TrialTaskReport>? Progress { get; set; }

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(Queue))
            throw new ArgumentException(
                "Queue is empty; it must be the name that the workers' TrialWorkerOptions.Queue has, \"default\" by default.",
                nameof(Queue)
            );
        if (MaxAttempts < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxAttempts), $"MaxAttempts is {MaxAttempts}; it must be at least 1.");
        if (UnreachableTimeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(
                nameof(UnreachableTimeout),
                $"UnreachableTimeout is {UnreachableTimeout}; it must be above 0."
            );
    }
}

/// <summary>What happened to a task.</summary>
public enum TrialTaskProgress
{
    /// <summary>A worker has it.</summary>
    Given,

    /// <summary>The worker that had it was lost or left; another will get it.</summary>
    Lost,

    /// <summary>A worker did it.</summary>
    Done,

    /// <summary>A worker could not do it, which ends the experiment.</summary>
    Failed,
}

/// <summary>Something that happened to a task.</summary>
/// <param name="Progress">What happened.</param>
/// <param name="Trial">Number of the trial.</param>
/// <param name="Fold">Number of the fold.</param>
/// <param name="Epochs">Epochs that are to be done in all.</param>
/// <param name="Worker">Name of the worker, <see cref="TrialWorkerOptions.Name"/>. Empty where a task failed that no worker has.</param>
/// <param name="Attempt">1 for the first worker that the task was given to, 2 for the one after it was lost, and so on.</param>
public sealed record TrialTaskReport(TrialTaskProgress Progress, int Trial, int Fold, int Epochs, string Worker, int Attempt)
{
    /// <summary>What happened, in words.</summary>
    public override string ToString() =>
        $"trial {Trial}, fold {Fold}, up to epoch {Epochs}: {Progress switch
    {
        TrialTaskProgress.Given => $"given to {Worker}",
        TrialTaskProgress.Lost => $"lost by {Worker}",
        TrialTaskProgress.Done => $"done by {Worker}",
        _ => $"not done by {Worker}",
    }}";
}
