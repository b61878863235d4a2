namespace RnnMlNet.Experiments;

/// <summary>
/// Does an experiment's tasks in another process than the experiment's: it holds the same rows and settings. Made by an experiment's
/// <c>OpenWorker</c>. Safe to use from several threads.
/// </summary>
public sealed class TrialWorker : IDisposable
{
    private readonly Func<TrialTask, int, CancellationToken, TrialOutcome> _run;
    private readonly IDisposable _ground;

    internal TrialWorker(string experiment, Func<TrialTask, int, CancellationToken, TrialOutcome> run, IDisposable ground)
    {
        Experiment = experiment;
        (_run, _ground) = (run, ground);
    }

    /// <summary>
    /// Says of which data, options and seed the worker is: it does only tasks of the same <see cref="TrialTask.Experiment"/>.
    /// </summary>
    public string Experiment { get; }

    /// <summary>Does a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="threads">Threads to compute with; the numbers are the same with any.</param>
    /// <param name="cancellationToken">Ends it at its next batch.</param>
    /// <returns>What it came to; of a training that failed, why.</returns>
    /// <exception cref="InvalidOperationException">The task is of another experiment.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrialOutcome Run(TrialTask task, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return _run(task, threads, cancellationToken);
    }

    /// <summary>Lets go of the rows.</summary>
    public void Dispose() => _ground.Dispose();
}
