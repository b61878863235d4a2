namespace RnnMlNet.Distributed;

/// <summary>Options of an <see cref="OrleansTrialExecutor"/>.</summary>
public sealed class OrleansTrialExecutorOptions
{
    /// <summary>
    /// Name of the queue, whose tasks run on the workers with the same <see cref="TrialWorkerOptions.Queue"/>. Default "default".
    /// Concurrent experiments need one each.
    /// </summary>
    public string Queue { get; set; } = "default";

    /// <summary>
    /// Number of workers that a task may lose before it counts as the cause of their loss, and the experiment ends with an error. Default
    /// 5; at least 1.
    /// </summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// How long the queue may be unreachable, because no silo of the cluster holds it or none answers, before the experiment ends with an
    /// error. Default 2 minutes; above 0. A lack of workers is not an error: the experiment waits for one until its time limit.
    /// </summary>
    public TimeSpan UnreachableTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Receives the assignments of tasks to workers; called from several threads. Default null: no reports.</summary>
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

/// <summary>An event of a task.</summary>
public enum TrialTaskProgress
{
    /// <summary>The task is assigned to a worker.</summary>
    Given,

    /// <summary>Its worker was lost or left; the task will be reassigned.</summary>
    Lost,

    /// <summary>A worker completed it.</summary>
    Done,

    /// <summary>A worker could not run it, which ends the experiment.</summary>
    Failed,
}

/// <summary>A report of an event of a task.</summary>
/// <param name="Progress">The event.</param>
/// <param name="Trial">Number of the trial.</param>
/// <param name="Fold">Number of the fold.</param>
/// <param name="Epochs">Total epochs after the task.</param>
/// <param name="Worker">Name of the worker, <see cref="TrialWorkerOptions.Name"/>. Empty where a task failed without a worker.</param>
/// <param name="Attempt">1 for the first worker that the task is assigned to, 2 for the next after it was lost, and so on.</param>
public sealed record TrialTaskReport(TrialTaskProgress Progress, int Trial, int Fold, int Epochs, string Worker, int Attempt)
{
    /// <summary>The event as text.</summary>
    public override string ToString() =>
        $"trial {Trial}, fold {Fold}, up to epoch {Epochs}: {Progress switch
    {
        TrialTaskProgress.Given => $"given to {Worker}",
        TrialTaskProgress.Lost => $"lost by {Worker}",
        TrialTaskProgress.Done => $"done by {Worker}",
        _ => $"not done by {Worker}",
    }}";
}
