using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>
/// A queue of tasks, and the workers that run them. A task is leased to a worker, and each heartbeat of the worker renews the lease; a task
/// with an expired lease is reassigned. The first outcome counts, from any worker: all are equal. Not thread-safe; independent of Orleans.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class TrialQueue(TimeProvider time)
{
    /// <summary>How long tickets are kept that their executor does not poll.</summary>
    public static readonly TimeSpan ExecutorPatience = TimeSpan.FromMinutes(1);

    // How long completed tickets and departed workers are remembered: as long as an unreachable worker may come back with a ticket.
    private static readonly TimeSpan _remembered = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Guid, Ticket> _tickets = [];
    private readonly Dictionary<Guid, (WorkerCard Card, long Until)> _workers = [];
    private readonly Dictionary<Guid, long> _over = [];
    private long _number;

    /// <summary>Raised on every change, for calls that wait.</summary>
    public event Action? Changed;

    public IReadOnlyList<WorkerCard> Workers()
    {
        Prune();
        return [.. _workers.Values.Select(worker => worker.Card)];
    }

    public TicketState Submit(Guid id, TrialTask task, int maxAttempts)
    {
        Prune();
        if (!_tickets.ContainsKey(id))
        {
            _tickets.Add(id, new Ticket(id, _number++, task, maxAttempts) { WaitedForUntil = After(ExecutorPatience) });
            _over.Remove(id);
            Changed?.Invoke();
        }
        return Ask(id);
    }

    public TicketState Ask(Guid id)
    {
        Prune();
        int slots = _workers.Values.Sum(worker => worker.Card.Slots);
        if (!_tickets.TryGetValue(id, out Ticket? ticket))
            return new TicketState(0, TicketPhase.Unknown, [], slots);
        ticket.WaitedForUntil = After(ExecutorPatience);
        return ticket.State(slots);
    }

    public void Forget(Guid id)
    {
        if (_tickets.Remove(id))
            _over[id] = After(_remembered);
    }

    public TrialLease? Take(WorkerCard worker)
    {
        Prune();
        if (_over.ContainsKey(worker.Id))
            return null;
        Meet(worker);
        if (_tickets.Values.Where(ticket => ticket.Phase == TicketPhase.Waiting).MinBy(ticket => ticket.Number) is not Ticket first)
            return null;
        first.Give(worker, After(worker.Lease));
        Changed?.Invoke();
        return new TrialLease(first.Id, first.Task!);
    }

    public BeatReply Beat(WorkerCard worker, IReadOnlyList<Guid> ids)
    {
        // A heartbeat that was still on its way when the worker left restores neither the worker nor its tasks.
        if (_over.ContainsKey(worker.Id))
            return new BeatReply([], [.. ids]);
        // Before leases are checked: a late heartbeat that precedes the check is in time.
        Meet(worker);
        var kept = new List<Guid>();
        var stopped = new List<Guid>();
        foreach (Guid id in ids)
            if (_tickets.TryGetValue(id, out Ticket? ticket))
                (Keeps(ticket, worker) ? kept : stopped).Add(id);
            else if (_over.ContainsKey(id))
                stopped.Add(id);
        Prune();
        return new BeatReply([.. kept], [.. stopped]);
    }

    public void Complete(WorkerCard worker, Guid id, TrialOutcome outcome)
    {
        if (!_tickets.TryGetValue(id, out Ticket? ticket) || ticket.Phase is TicketPhase.Done or TicketPhase.Failed)
            return;
        ticket.Complete(worker.Name, outcome);
        Changed?.Invoke();
    }

    public void Fail(WorkerCard worker, Guid id, string error)
    {
        // A task that has been reassigned ignores its former worker's report.
        if (!_tickets.TryGetValue(id, out Ticket? ticket) || ticket.Holder != worker.Id)
            return;
        ticket.Fail(error);
        Changed?.Invoke();
    }

    public void Leave(WorkerCard worker)
    {
        _workers.Remove(worker.Id);
        // A pending request of the worker must not be answered with a task.
        _over[worker.Id] = After(_remembered);
        foreach (Ticket ticket in _tickets.Values.Where(ticket => ticket.Holder == worker.Id))
            ticket.Release();
        Changed?.Invoke();
    }

    private bool Keeps(Ticket ticket, WorkerCard worker)
    {
        if (ticket.Phase == TicketPhase.Waiting)
        {
            // The worker was considered lost, or the queue was restarted: the task stays with the worker.
            ticket.Give(worker, After(worker.Lease));
            Changed?.Invoke();
        }
        else if (ticket.Holder == worker.Id)
            ticket.HeldUntil = After(worker.Lease);
        return ticket.Holder == worker.Id;
    }

    private void Meet(WorkerCard worker) => _workers[worker.Id] = (worker, After(worker.Lease));

    private void Prune()
    {
        long now = time.GetTimestamp();
        foreach (Guid id in _workers.Where(worker => worker.Value.Until < now).Select(worker => worker.Key).ToArray())
            _workers.Remove(id);
        foreach (Guid id in _tickets.Where(ticket => ticket.Value.WaitedForUntil < now).Select(ticket => ticket.Key).ToArray())
            Forget(id);
        foreach (Guid id in _over.Where(over => over.Value < now).Select(over => over.Key).ToArray())
            _over.Remove(id);
        Ticket[] lost = [.. _tickets.Values.Where(ticket => ticket.Phase == TicketPhase.Given && ticket.HeldUntil < now)];
        foreach (Ticket ticket in lost)
            ticket.Lose();
        if (lost.Length > 0)
            Changed?.Invoke();
    }

    private long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
