using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>
/// A <see cref="TrialQueue"/> for executors and workers; its key is the queue's name. Every call is idempotent.
/// </summary>
[Alias("rnn.trial-queue")]
internal interface ITrialQueueGrain : IGrainWithStringKey
{
    /// <summary>For executors: enqueues a task, or nothing where the ticket exists.</summary>
    [Alias("submit")]
    Task<TicketState> SubmitAsync(Guid ticket, [Immutable] TrialTask task, int maxAttempts);

    /// <summary>
    /// For executors: the state of a ticket; returns when it is newer than <paramref name="knownVersion"/>, or after a short wait.
    /// </summary>
    [Alias("ask")]
    Task<TicketState> AskAsync(Guid ticket, int knownVersion);

    /// <summary>For executors: cancels a ticket. A worker that has it stops.</summary>
    [Alias("forget")]
    Task ForgetAsync(Guid ticket);

    /// <summary>The live workers.</summary>
    [Alias("workers")]
    Task<WorkerCard[]> WorkersAsync();

    /// <summary>For workers: a task; null where none came within a short wait.</summary>
    [Alias("take")]
    Task<TrialLease?> TakeAsync(WorkerCard worker);

    /// <summary>For workers: a heartbeat with the tasks that are running.</summary>
    [Alias("beat")]
    Task<BeatReply> BeatAsync(WorkerCard worker, Guid[] tickets);

    /// <summary>For workers: the outcome of a task.</summary>
    [Alias("complete")]
    Task CompleteAsync(WorkerCard worker, Guid ticket, [Immutable] TrialOutcome outcome);

    /// <summary>For workers: the error of a task.</summary>
    [Alias("fail")]
    Task FailAsync(WorkerCard worker, Guid ticket, string error);

    /// <summary>For workers: the worker leaves, and its tasks are reassigned.</summary>
    [Alias("leave")]
    Task LeaveAsync(WorkerCard worker);
}
