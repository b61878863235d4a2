using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>A task in the queue.</summary>
/// <param name="id">Its id in the queue.</param>
/// <param name="number">Position in the order of arrival.</param>
/// <param name="task">The task.</param>
/// <param name="maxAttempts">Number of workers that it may lose.</param>
internal sealed class Ticket(Guid id, long number, TrialTask task, int maxAttempts)
{
    private readonly List<string> _workers = [];
    private int _losses;

    public Guid Id => id;

    public long Number => number;

    /// <summary>Null once it is complete: its state may be large.</summary>
    public TrialTask? Task { get; private set; } = task;

    public TicketPhase Phase { get; private set; } = TicketPhase.Waiting;

    /// <summary>Time at which its executor counts as gone.</summary>
    public long WaitedForUntil { get; set; }

    /// <summary>The worker that it is assigned to.</summary>
    public Guid? Holder { get; private set; }

    /// <summary>Time at which the assignment expires.</summary>
    public long HeldUntil { get; set; }

    private int Version { get; set; } = 1;

    private string? DoneBy { get; set; }

    private TrialOutcome? Outcome { get; set; }

    private string? Error { get; set; }

    public void Give(WorkerCard worker, long until)
    {
        (Phase, Holder, HeldUntil) = (TicketPhase.Given, worker.Id, until);
        _workers.Add(worker.Name);
        Version++;
    }

    /// <summary>Its worker was lost: reassigns it, unless it has lost too many.</summary>
    public void Lose()
    {
        Release();
        if (++_losses >= maxAttempts)
            Fail(
                $"{Task} was given to {_losses} workers, and each was lost with it: {string.Join(", ", _workers)}. Perhaps the "
                    + $"task itself ends them, for example by lack of memory. Check their last output, or raise MaxAttempts."
            );
    }

    /// <summary>Its worker returns it.</summary>
    public void Release()
    {
        (Phase, Holder) = (TicketPhase.Waiting, null);
        Version++;
    }

    public void Complete(string worker, TrialOutcome outcome)
    {
        (DoneBy, Outcome) = (worker, outcome);
        End(TicketPhase.Done);
    }

    public void Fail(string error)
    {
        Error = error;
        End(TicketPhase.Failed);
    }

    public TicketState State(int slots) =>
        new(Version, Phase, [.. _workers], slots)
        {
            DoneBy = DoneBy,
            Outcome = Outcome,
            Error = Error,
        };

    private void End(TicketPhase phase)
    {
        (Phase, Holder, Task) = (phase, null, null);
        Version++;
    }
}
