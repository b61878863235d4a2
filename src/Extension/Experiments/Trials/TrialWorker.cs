namespace RnnMlNet.Experiments;

/// <summary>
/// Runs an experiment's tasks in another process than the experiment's, with the same rows and settings. Created by an experiment's
/// <c>OpenWorker</c>. Thread-safe.
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
    /// Identifies the worker's data, options and seed: it runs only tasks of the same <see cref="TrialTask.Experiment"/>.
    /// </summary>
    public string Experiment { get; }

    /// <summary>Runs a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="threads">Number of threads; the result does not depend on it.</param>
    /// <param name="cancellationToken">Stops the task at its next mini-batch.</param>
    /// <returns>The outcome; for a failed training, with its error.</returns>
    /// <exception cref="InvalidOperationException">The task belongs to another experiment.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrialOutcome Run(TrialTask task, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return _run(task, threads, cancellationToken);
    }

    /// <summary>Releases the rows.</summary>
    public void Dispose() => _ground.Dispose();
}
