namespace RnnMlNet.Distributed;

/// <summary>Options of a worker.</summary>
public sealed class TrialWorkerOptions
{
    /// <summary>Name of the queue whose tasks it runs: <see cref="OrleansTrialExecutorOptions.Queue"/>. Default "default".</summary>
    public string Queue { get; set; } = "default";

    /// <summary>The worker's name in reports and errors. Default machine and process, as in "ada/4711".</summary>
    public string Name { get; set; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Tasks that it runs at a time, each on its own thread. Default one a core; set 1 where it trains on a GPU. At least
    /// 1.</summary>
    public int Slots { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Threads that a task computes with; the results are the same with any number. Default null: the cores, divided among the slots. At
    /// least 1.
    /// </summary>
    public int? ThreadsPerTask { get; set; }

    /// <summary>Interval of its heartbeat, which also receives cancellations of its tasks. Default 1 s; above 0.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long it may be silent before it counts as lost, and its tasks are reassigned. Default 10 s; at least three times the
    /// <see cref="Heartbeat"/>. A worker that cannot reach the queue for so long stops its tasks.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether its silo may hold queues as well. Default false: the queue is in a silo that is not a worker, such as the experiment's own,
    /// so that the end of a worker does not affect it. Set it where there are only workers. No effect in a process that is not a silo.
    /// </summary>
    public bool HostsQueue { get; set; }

    internal int Threads => ThreadsPerTask ?? Math.Max(1, Environment.ProcessorCount / Slots);

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(Queue))
            throw new ArgumentException(
                "Queue is empty; it must be the name that the executor's OrleansTrialExecutorOptions.Queue has, \"default\" by default.",
                nameof(Queue)
            );
        if (string.IsNullOrWhiteSpace(Name))
            throw new ArgumentException("Name is empty; it must name the worker in reports and errors.", nameof(Name));
        if (Slots < 1)
            throw new ArgumentOutOfRangeException(nameof(Slots), $"Slots is {Slots}; it must be at least 1.");
        if (ThreadsPerTask < 1)
            throw new ArgumentOutOfRangeException(
                nameof(ThreadsPerTask),
                $"ThreadsPerTask is {ThreadsPerTask}; it must be at least 1, or null for the cores divided among the slots."
            );
        if (Heartbeat <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(Heartbeat), $"Heartbeat is {Heartbeat}; it must be above 0.");
        if (Lease < 3 * Heartbeat)
            throw new ArgumentOutOfRangeException(
                nameof(Lease),
                $"Lease is {Lease}, with a Heartbeat of {Heartbeat}; it must be at least three times as long, so that a late heartbeat "
                    + $"loses nothing."
            );
    }
}
