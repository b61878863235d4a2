namespace RnnMlNet.Experiments;

/// <summary>
/// Where an experiment's tasks run. By default that is this process, one task a core; an own one may hand them to other processes and
/// machines, each of which has a <see cref="TrialWorker"/>. Tasks depend on nothing but what stands in them and on the experiment's data,
/// and the search looks at what they came to only when all that are to be compared are there: so the result is the same wherever and in
/// whatever order they run.
/// </summary>
public interface ITrialExecutor
{
    /// <summary>
    /// Tasks that may run at a time, at least 1. It is asked again and again, so it may change while workers come and go.
    /// </summary>
    int Slots { get; }

    /// <summary>
    /// Is told before each task how many are running and waiting, this one among them: where they are fewer than the slots, it may compute
    /// with several cores. Does nothing by default.
    /// </summary>
    /// <param name="tasks">How many.</param>
    void Expect(int tasks) { }

    /// <summary>Runs a task. A worker that is lost is this method's business: the task is to be given to another.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Ends it at its next batch.</param>
    /// <returns>What it came to; a training that fails is an outcome with an <see cref="TrialOutcome.Error"/>, no exception.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<TrialOutcome> RunAsync(TrialTask task, CancellationToken cancellationToken);
}
