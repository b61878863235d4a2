using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnMlNet.Distributed.Queue;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Workers;

/// <summary>
/// Takes tasks from a queue, runs each on its own thread, so that none of Orleans' is blocked, and sends heartbeats meanwhile.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="open">Reads the rows.</param>
/// <param name="options">The options.</param>
/// <param name="maxMessage">Largest message of the cluster in bytes.</param>
/// <param name="lifetime">The host's lifetime.</param>
/// <param name="log">The log.</param>
internal sealed class TrialWorkerService(
    QueueAddress queue,
    Func<ITaskRunner> open,
    TrialWorkerOptions options,
    int maxMessage,
    IHostApplicationLifetime lifetime,
    ILogger<TrialWorkerService> log
) : BackgroundService
{
    // Bytes of an outcome besides its scores and its state.
    private const int Envelope = 64 * 1024;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500),
        _goodbye = TimeSpan.FromSeconds(5);

    private readonly WorkerCard _card = new(Guid.NewGuid(), options.Name, options.Slots, options.Lease);
    private readonly RunningTasks _running = new();
    private readonly SemaphoreSlim _free = new(options.Slots);

    public override void Dispose()
    {
        _free.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken).ConfigureAwait(false);
        using ITaskRunner runner = await OnOwnThread(open).ConfigureAwait(false);
        log.LogInformation("{Worker} takes tasks of the queue '{Queue}', {Slots} at a time.", options.Name, options.Queue, options.Slots);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task takes = TakeAsync(runner, end.Token),
            beats = BeatAsync(end.Token);
        // Both loops run until the host stops, unless an error is permanent.
        await Task.WhenAny(takes, beats).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(takes, beats).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await LeaveAsync().ConfigureAwait(false);
        await (
            takes.IsFaulted ? takes
            : beats.IsFaulted ? beats
            : Task.CompletedTask
        ).ConfigureAwait(false);
    }

    // There is no cluster to call before the start.
    private async Task StartedAsync(CancellationToken stop)
    {
        var started = new TaskCompletionSource();
        using CancellationTokenRegistration registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    private async Task TakeAsync(ITaskRunner runner, CancellationToken stop)
    {
        while (true)
        {
            await _free.WaitAsync(stop).ConfigureAwait(false);
            RunningTask? task = null;
            try
            {
                task = await NextAsync(stop).ConfigureAwait(false);
            }
            finally
            {
                if (task is null)
                    _free.Release();
            }
            if (task is not null)
                _ = DoAsync(runner, task);
        }
    }

    // Null where there is no task.
    private async Task<RunningTask?> NextAsync(CancellationToken stop)
    {
        try
        {
            if (await queue.Grain.TakeAsync(_card).WaitAsync(stop).ConfigureAwait(false) is not TrialLease lease)
                return null;
            var task = new RunningTask(lease, stop);
            if (_running.TryAdd(task))
                return task;
            // The worker was considered lost, but is still running the task.
            task.Dispose();
        }
        catch (Exception e) when (QueueCalls.MayPass(e))
        {
            log.LogDebug(e, "{Worker} cannot reach the queue '{Queue}'.", options.Name, options.Queue);
            await Task.Delay(_pause, stop).ConfigureAwait(false);
        }
        return null;
    }

    private async Task DoAsync(ITaskRunner runner, RunningTask running)
    {
        try
        {
            await DeliverAsync(running, await OutcomeAsync(runner, running).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (running.End.IsCancellationRequested)
        {
            // The task is cancelled, or assigned to another worker.
        }
        catch (Exception e)
        {
            log.LogError(e, "{Worker} cannot report the outcome of {Task}.", options.Name, running.Lease.Task);
        }
        finally
        {
            _running.Remove(running);
            running.Dispose();
            _free.Release();
        }
    }

    // Makes the report to the queue.
    private async Task<Func<Task>> OutcomeAsync(ITaskRunner runner, RunningTask running)
    {
        Guid ticket = running.Lease.Ticket;
        try
        {
            TrialOutcome outcome = await OnOwnThread(() => runner.Run(running.Lease.Task, options.Threads, running.End))
                .ConfigureAwait(false);
            return TooLarge(running.Lease.Task, outcome) is string error
                ? () => queue.Grain.FailAsync(_card, ticket, error)
                : () => queue.Grain.CompleteAsync(_card, ticket, outcome);
        }
        catch (Exception e) when (e is not OperationCanceledException || !running.End.IsCancellationRequested)
        {
            log.LogError(e, "{Worker} cannot run {Task}.", options.Name, running.Lease.Task);
            return () => queue.Grain.FailAsync(_card, ticket, $"The worker {options.Name} cannot run {running.Lease.Task}: {e.Message}");
        }
    }

    private string? TooLarge(TrialTask task, TrialOutcome outcome)
    {
        long bytes = (long)outcome.Scores.Length + outcome.State.Length + Envelope;
        return bytes <= maxMessage
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The worker {options.Name} ran {task}, but its scores and its state are {bytes} bytes, and a message of the cluster may "
                    + $"have {maxMessage}: set the MaxMessageBodySize of SiloMessagingOptions, and of "
                    + $"ClientMessagingOptions where there are "
                    + $"clients, higher, to the same in all processes of the cluster."
            );
    }

    // Until it is delivered, or the queue, or a lease without an answer, makes it obsolete.
    private static async Task DeliverAsync(RunningTask running, Func<Task> tell)
    {
        while (true)
        {
            running.End.ThrowIfCancellationRequested();
            try
            {
                await tell().WaitAsync(running.End).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (QueueCalls.MayPass(e))
            {
                await Task.Delay(_pause, running.End).ConfigureAwait(false);
            }
        }
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.Heartbeat);
        while (true)
        {
            try
            {
                _running.Take(
                    await queue.Grain.BeatAsync(_card, _running.Tickets()).WaitAsync(options.Lease / 2, stop).ConfigureAwait(false)
                );
            }
            catch (Exception e) when (QueueCalls.MayPass(e))
            {
                log.LogDebug(e, "{Worker} cannot reach the queue '{Queue}'.", options.Name, options.Queue);
            }
            _running.StopUnconfirmed(options.Lease);
            await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await queue.Grain.LeaveAsync(_card).WaitAsync(_goodbye).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Its tasks are reassigned when their leases expire.
            log.LogDebug(e, "{Worker} cannot leave the queue '{Queue}'.", options.Name, options.Queue);
        }
        // The rows are needed until the last task has stopped.
        for (int slot = 0; slot < options.Slots; slot++)
            await _free.WaitAsync().ConfigureAwait(false);
    }

    private static Task<T> OnOwnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
