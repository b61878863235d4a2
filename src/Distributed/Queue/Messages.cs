using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>Identity of a worker.</summary>
/// <param name="Id">Unique for each start of a worker.</param>
/// <param name="Name">The display name.</param>
/// <param name="Slots">Tasks that it runs at a time.</param>
/// <param name="Lease">How long it keeps a task, and counts as alive, without a heartbeat.</param>
[GenerateSerializer, Immutable, Alias("rnn.worker-card")]
internal sealed record WorkerCard(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] int Slots,
    [property: Id(3)] TimeSpan Lease
);

/// <summary>A task that is assigned to a worker until its lease expires.</summary>
/// <param name="Ticket">The task's id in the queue.</param>
/// <param name="Task">The task.</param>
[GenerateSerializer, Immutable, Alias("rnn.trial-lease")]
internal sealed record TrialLease([property: Id(0)] Guid Ticket, [property: Id(1)] TrialTask Task);

/// <summary>
/// The queue's reply to a heartbeat. A task in neither list is unknown to the queue, which may have been restarted.
/// </summary>
/// <param name="Kept">Tasks that the worker keeps for another lease.</param>
/// <param name="Stopped">Tasks that are cancelled, or assigned to another worker.</param>
[GenerateSerializer, Immutable, Alias("rnn.beat-reply")]
internal sealed record BeatReply([property: Id(0)] Guid[] Kept, [property: Id(1)] Guid[] Stopped);

/// <summary>The phase of a ticket.</summary>
[GenerateSerializer]
internal enum TicketPhase
{
    /// <summary>The queue was restarted and does not have it: submit it again.</summary>
    Unknown,

    /// <summary>Not assigned to a worker.</summary>
    Waiting,

    /// <summary>Assigned to a worker.</summary>
    Given,

    /// <summary>Complete, with an outcome.</summary>
    Done,

    /// <summary>Failed, with an error.</summary>
    Failed,
}

/// <summary>A ticket's state for its executor.</summary>
/// <param name="Version">Increases with every change.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Workers">Names of the workers that it was assigned to, in order; all except the last were lost.</param>
/// <param name="Slots">Tasks that all workers together run at a time.</param>
[GenerateSerializer, Immutable, Alias("rnn.ticket-state")]
internal sealed record TicketState(
    [property: Id(0)] int Version,
    [property: Id(1)] TicketPhase Phase,
    [property: Id(2)] string[] Workers,
    [property: Id(3)] int Slots
)
{
    /// <summary>The worker that completed it; null where it is not complete.</summary>
    [Id(4)]
    public string? DoneBy { get; init; }

    /// <summary>The outcome; null where it is not complete.</summary>
    [Id(5)]
    public TrialOutcome? Outcome { get; init; }

    /// <summary>The error; null where it has not failed.</summary>
    [Id(6)]
    public string? Error { get; init; }
}
