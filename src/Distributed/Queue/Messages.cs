using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>Who asks for work.</summary>
/// <param name="Id">Of this start of the worker, told apart from all others.</param>
/// <param name="Name">For people.</param>
/// <param name="Slots">Tasks that it does at a time.</param>
/// <param name="Lease">How long a task is its own without a beat of it, and how long it counts as alive.</param>
[GenerateSerializer, Immutable, Alias("rnn.worker-card")]
internal sealed record WorkerCard(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] int Slots,
    [property: Id(3)] TimeSpan Lease
);

/// <summary>A task that is a worker's own until its lease runs out.</summary>
/// <param name="Ticket">The queue's name for it.</param>
/// <param name="Task">The task.</param>
[GenerateSerializer, Immutable, Alias("rnn.trial-lease")]
internal sealed record TrialLease([property: Id(0)] Guid Ticket, [property: Id(1)] TrialTask Task);

/// <summary>
/// What a worker is told of the tasks that it says it is doing. A task in neither list is one the queue does not know (yet: it may have
/// been started anew).
/// </summary>
/// <param name="Kept">Its own for another lease.</param>
/// <param name="Stopped">Nobody waits for them any more, or another does them.</param>
[GenerateSerializer, Immutable, Alias("rnn.beat-reply")]
internal sealed record BeatReply([property: Id(0)] Guid[] Kept, [property: Id(1)] Guid[] Stopped);

/// <summary>How far a ticket is.</summary>
[GenerateSerializer]
internal enum TicketPhase
{
    /// <summary>The queue does not know it: it was started anew and wants it again.</summary>
    Unknown,

    /// <summary>No worker has it.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    Given,

    /// <summary>There is an outcome.</summary>
    Done,

    /// <summary>It cannot be done.</summary>
    Failed,
}

/// <summary>A ticket as its executor sees it.</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Workers">Names of the workers that it was given to, in order; all but the last were lost.</param>
/// <param name="Slots">Tasks that all workers together do at a time.</param>
[GenerateSerializer, Immutable, Alias("rnn.ticket-state")]
internal sealed record TicketState(
    [property: Id(0)] int Version,
    [property: Id(1)] TicketPhase Phase,
    [property: Id(2)] string[] Workers,
    [property: Id(3)] int Slots
)
{
    /// <summary>Who did it; null where it is not done.</summary>
    [Id(4)]
    public string? DoneBy { get; init; }

    /// <summary>What it came to; null where it is not done.</summary>
    [Id(5)]
    public TrialOutcome? Outcome { get; init; }

    /// <summary>Why it cannot be done; null where it can.</summary>
    [Id(6)]
    public string? Error { get; init; }
}
