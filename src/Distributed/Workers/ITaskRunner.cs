using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Workers;

/// <summary>Runs tasks.</summary>
internal interface ITaskRunner : IDisposable
{
    /// <inheritdoc cref="TrialWorker.Run"/>
    TrialOutcome Run(TrialTask task, int threads, CancellationToken cancellation);
}

/// <summary>A <see cref="TrialWorker"/>.</summary>
internal sealed class WorkerRunner(TrialWorker worker) : ITaskRunner
{
    public TrialOutcome Run(TrialTask task, int threads, CancellationToken cancellation) => worker.Run(task, threads, cancellation);

    public void Dispose() => worker.Dispose();
}
