using Orleans.Concurrency;
using Orleans.Placement;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Queue;

/// <summary>
/// A <see cref="TrialQueue"/> in a silo, in memory alone: after its loss, with its silo or when the cluster's grain directory is
/// rearranged, executors submit their tickets again, and running workers report theirs.
/// </summary>
/// <param name="time">The clock.</param>
[Reentrant, PreferLocalPlacement]
internal sealed class TrialQueueGrain(TimeProvider time) : Grain, ITrialQueueGrain
{
    // Far below Orleans' response timeout, 30 s by default; also the delay in noticing a lost worker after its lease.
    private static readonly TimeSpan _moment = TimeSpan.FromSeconds(2);

    private readonly TrialQueue _queue = new(time);
    private TaskCompletionSource _news = NewNews();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _queue.Changed += () => Interlocked.Exchange(ref _news, NewNews()).SetResult();
        return Task.CompletedTask;
    }

    public Task<TicketState> SubmitAsync(Guid ticket, TrialTask task, int maxAttempts) =>
        Task.FromResult(_queue.Submit(ticket, task, maxAttempts));

    public async Task<TicketState> AskAsync(Guid ticket, int knownVersion)
    {
        TicketState state = _queue.Ask(ticket);
        long began = time.GetTimestamp();
        while (state.Version == knownVersion && await NewsAsync(began))
            state = _queue.Ask(ticket);
        return state;
    }

    public Task ForgetAsync(Guid ticket)
    {
        _queue.Forget(ticket);
        return Task.CompletedTask;
    }

    public Task<WorkerCard[]> WorkersAsync() => Task.FromResult<WorkerCard[]>([.. _queue.Workers()]);

    public async Task<TrialLease?> TakeAsync(WorkerCard worker)
    {
        TrialLease? lease = _queue.Take(worker);
        long began = time.GetTimestamp();
        while (lease is null && await NewsAsync(began))
            lease = _queue.Take(worker);
        return lease;
    }

    public Task<BeatReply> BeatAsync(WorkerCard worker, Guid[] tickets) => Task.FromResult(_queue.Beat(worker, tickets));

    public Task CompleteAsync(WorkerCard worker, Guid ticket, TrialOutcome outcome)
    {
        _queue.Complete(worker, ticket, outcome);
        return Task.CompletedTask;
    }

    public Task FailAsync(WorkerCard worker, Guid ticket, string error)
    {
        _queue.Fail(worker, ticket, error);
        return Task.CompletedTask;
    }

    public Task LeaveAsync(WorkerCard worker)
    {
        _queue.Leave(worker);
        return Task.CompletedTask;
    }

    // True on a change, or when the wait is over.
    private async Task<bool> NewsAsync(long began)
    {
        TimeSpan left = _moment - time.GetElapsedTime(began);
        if (left <= TimeSpan.Zero)
            return false;
        await _news
            .Task.WaitAsync(left, time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return true;
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
