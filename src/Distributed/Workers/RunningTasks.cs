using RnnMlNet.Distributed.Queue;

namespace RnnMlNet.Distributed.Workers;

/// <summary>A task that a worker is running.</summary>
internal sealed class RunningTask(TrialLease lease, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(stop);

    public TrialLease Lease => lease;

    /// <summary>Stops it at its next batch.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Time at which the queue last confirmed that it is this worker's.</summary>
    public long ConfirmedAt { get; set; } = TimeProvider.System.GetTimestamp();

    public void Stop() => _end.Cancel();

    public void Dispose() => _end.Dispose();
}

/// <summary>The running tasks of a worker. Thread-safe.</summary>
internal sealed class RunningTasks
{
    private readonly Dictionary<Guid, RunningTask> _tasks = [];

    public Guid[] Tickets()
    {
        lock (_tasks)
            return [.. _tasks.Keys];
    }

    /// <summary>Adds one; false where it is running already.</summary>
    public bool TryAdd(RunningTask task)
    {
        lock (_tasks)
            return _tasks.TryAdd(task.Lease.Ticket, task);
    }

    public void Remove(RunningTask task)
    {
        lock (_tasks)
            _tasks.Remove(task.Lease.Ticket);
    }

    /// <summary>Applies the queue's reply.</summary>
    public void Take(BeatReply reply)
    {
        lock (_tasks)
        {
            foreach (Guid kept in reply.Kept)
                if (_tasks.TryGetValue(kept, out RunningTask? task))
                    task.ConfirmedAt = TimeProvider.System.GetTimestamp();
            foreach (Guid stopped in reply.Stopped)
                if (_tasks.TryGetValue(stopped, out RunningTask? task))
                    task.Stop();
        }
    }

    /// <summary>Stops tasks that the queue has not confirmed for longer than a lease: they have been reassigned.</summary>
    public void StopUnconfirmed(TimeSpan lease)
    {
        lock (_tasks)
            foreach (RunningTask task in _tasks.Values.Where(task => TimeProvider.System.GetElapsedTime(task.ConfirmedAt) > lease))
                task.Stop();
    }
}
