using System.Collections.Concurrent;
using RnnMlNet.Distributed.Workers;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Tests.Support;

/// <summary>Runs a test's function instead of training.</summary>
/// <param name="run">Returns the outcome of a task.</param>
internal sealed class ScriptedRunner(Func<TrialTask, CancellationToken, TrialOutcome> run) : ITaskRunner
{
    /// <summary>The tasks that it was given.</summary>
    public ConcurrentQueue<TrialTask> Tasks { get; } = [];

    /// <summary>Done when it was given a task.</summary>
    public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it saw that a task was cancelled.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it was let go.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>A runner whose outcome is the sum of trial and epochs.</summary>
    public static ScriptedRunner Quick() => new((task, _) => Tasked.Outcome(task));

    /// <summary>A runner that runs until it is cancelled.</summary>
    public static ScriptedRunner Endless() =>
        new(
            (_, cancellation) =>
            {
                cancellation.WaitHandle.WaitOne();
                throw new OperationCanceledException(cancellation);
            }
        );

    public TrialOutcome Run(TrialTask task, int threads, CancellationToken cancellation)
    {
        Tasks.Enqueue(task);
        Began.TrySetResult();
        try
        {
            return run(task, cancellation);
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }
    }

    public void Dispose() => IsDisposed = true;
}

/// <summary>Tasks and outcomes for tests.</summary>
internal static class Tasked
{
    public static TrialTask Task(int trial, int epochs = 3) =>
        new()
        {
            Experiment = "experiment",
            Trial = trial,
            Fold = 1,
            Epochs = epochs,
            Parameters = new Dictionary<string, string> { ["HiddenSize"] = "16", ["Cell"] = "Gru" },
            State = [1, 2, 3],
        };

    public static TrialOutcome Outcome(TrialTask task) =>
        new()
        {
            Trial = task.Trial,
            Fold = task.Fold,
            Epochs = task.Epochs,
            EpochsDone = task.Epochs,
            ValidationLoss = task.Trial + task.Epochs,
        };
}
