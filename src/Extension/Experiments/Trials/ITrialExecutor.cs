namespace RnnMlNet.Experiments;

/// <summary>
/// Executor of an experiment's tasks. By default they run in this process, one per core; a custom executor may send them to other processes
/// and machines, each with a <see cref="TrialWorker"/>. A task depends only on its own content and on the experiment's data, and the search
/// compares outcomes only when all of a comparison are complete: the result does not depend on where and in which order tasks run.
/// </summary>
public interface ITrialExecutor
{
    /// <summary>
    /// Number of tasks that may run concurrently, at least 1. It is read repeatedly, so it may change while workers join and leave.
    /// </summary>
    int Slots { get; }

    /// <summary>
    /// Receives, before each task, the number of running and waiting tasks, including that one: if they are fewer than the slots, a task
    /// may use several cores. Does nothing by default.
    /// </summary>
    /// <param name="tasks">Number of tasks.</param>
    void Expect(int tasks) { }

    /// <summary>Runs a task. If a worker is lost, this method must give the task to another.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops the task at its next mini-batch.</param>
    /// <returns>The outcome; a failed training is an outcome with an <see cref="TrialOutcome.Error"/>, not an exception.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<TrialOutcome> RunAsync(TrialTask task, CancellationToken cancellationToken);
}
