using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>
/// A <see cref="TrialQueue"/> that executors and workers call; its key is the queue's name. Every call may be made again: what was done is
/// not done twice.
/// </summary>
[Alias("rnn.trial-queue")]
internal interface ITrialQueueGrain : IGrainWithStringKey
{
    /// <summary>An executor's: puts a task in, or nothing where the ticket is there.</summary>
    [Alias("submit")]
    Task<TicketState> SubmitAsync(Guid ticket, [Immutable] TrialTask task, int maxAttempts);

    /// <summary>
    /// An executor's: how far a ticket is; answers when that is not <paramref name="knownVersion"/> any more, or after a moment.
    /// </summary>
    [Alias("ask")]
    Task<TicketState> AskAsync(Guid ticket, int knownVersion);

    /// <summary>An executor's: it waits for the ticket no longer. A worker that has it stops.</summary>
    [Alias("forget")]
    Task ForgetAsync(Guid ticket);

    /// <summary>The workers that are alive.</summary>
    [Alias("workers")]
    Task<WorkerCard[]> WorkersAsync();

    /// <summary>A worker's: a task; null where none came for a moment.</summary>
    [Alias("take")]
    Task<TrialLease?> TakeAsync(WorkerCard worker);

    /// <summary>A worker's: it is alive, and does these.</summary>
    [Alias("beat")]
    Task<BeatReply> BeatAsync(WorkerCard worker, Guid[] tickets);

    /// <summary>A worker's: what a task came to.</summary>
    [Alias("complete")]
    Task CompleteAsync(WorkerCard worker, Guid ticket, [Immutable] TrialOutcome outcome);

    /// <summary>A worker's: why it cannot do a task.</summary>
    [Alias("fail")]
    Task FailAsync(WorkerCard worker, Guid ticket, string error);

    /// <summary>A worker's: it goes, and what it has is another's.</summary>
    [Alias("leave")]
    Task LeaveAsync(WorkerCard worker);
}
