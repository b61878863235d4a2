using System.Collections.Concurrent;
using RnnMlNet.Experiments;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Runs an experiment's tasks with a worker, as another process would, and records them.</summary>
internal sealed class CountingExecutor : ITrialExecutor
{
    public ConcurrentQueue<TrialTask> Tasks { get; } = new();

    /// <summary>The worker; to be set before the experiment is executed.</summary>
    public TrialWorker? Worker { get; set; }

    /// <summary>Is called with each task before it runs.</summary>
    public Action<TrialTask>? Before { get; init; }

    /// <summary>Changes the outcome of a task.</summary>
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
