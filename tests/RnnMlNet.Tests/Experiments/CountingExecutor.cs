using System.Collections.Concurrent;
using RnnMlNet.Experiments;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Runs an experiment's tasks by a worker, as another process would, and keeps what it was given.</summary>
internal sealed class CountingExecutor : ITrialExecutor
{
    public ConcurrentQueue<TrialTask> Tasks { get; } = new();

    /// <summary>The worker; to be set before the experiment is executed.</summary>
    public TrialWorker? Worker { get; set; }

    /// <summary>Is called with each task before it runs.</summary>
    public Action<TrialTask>? Before { get; init; }

    /// <summary>Changes what a task came to.</summary>
    public Func<TrialOutcome, TrialOutcome>? After { get; init; }

    public int Slots { get; init; } = 2;

    public Task<TrialOutcome> RunAsync(TrialTask task, CancellationToken cancellationToken)
    {
        Tasks.Enqueue(task);
        return Task.Run(
            () =>
            {
                Before?.Invoke(task);
                TrialOutcome outcome = Worker!.Run(task, cancellationToken: cancellationToken);
                return After?.Invoke(outcome) ?? outcome;
            },
            CancellationToken.None
        );
    }
}
