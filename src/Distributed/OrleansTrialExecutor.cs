using RnnMlNet.Distributed.Queue;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed;

/// <summary>
/// Runs an experiment's tasks on the workers of an Orleans cluster: <see cref="TrialWorkerExtensions"/>. Set it as
/// <see cref="ExperimentSettings.Executor"/>. The task of a lost worker is reassigned to another, and the results equal those of one
/// machine. Without workers it waits for one, until the experiment's time limit. Thread-safe.
/// </summary>
public sealed class OrleansTrialExecutor : ITrialExecutor
{
    private static readonly TimeSpan _goodbye = TimeSpan.FromSeconds(5);

    private readonly OrleansTrialExecutorOptions _options;
    private readonly QueueAddress _queue;
    private readonly QueueCalls _calls;
    private volatile int _slots;

    /// <summary>Creates an executor on a cluster.</summary>
    /// <param name="grainFactory">The grain factory of a silo's host or of a client: an <see cref="IClusterClient"/> is one.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public OrleansTrialExecutor(IGrainFactory grainFactory, OrleansTrialExecutorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(grainFactory);
        _options = options ?? new OrleansTrialExecutorOptions();
        _options.Check();
        _queue = new QueueAddress(grainFactory, _options.Queue);
        _calls = new QueueCalls(_queue, _options.UnreachableTimeout);
    }

    /// <summary>
    /// Number of tasks that the live workers run at a time, as reported with the running tasks; 1 where there are none.
    /// </summary>
    public int Slots => Math.Max(1, _slots);

    /// <summary>Lists the live workers.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One entry a worker, in no order.</returns>
    /// <exception cref="TimeoutException">The queue was unreachable for longer than
    /// <see cref="OrleansTrialExecutorOptions.UnreachableTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<IReadOnlyList<TrialWorkerInfo>> GetWorkersAsync(CancellationToken cancellationToken = default)
    {
        WorkerCard[] workers = await _calls.RepeatAsync(queue => queue.WorkersAsync(), cancellationToken).ConfigureAwait(false);
        return [.. workers.Select(worker => new TrialWorkerInfo(worker.Name, worker.Slots))];
    }

    /// <summary>Runs a task on a worker, and on another where that one is lost.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Cancels the task: the worker's training stops at the first batch after its next heartbeat.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="InvalidOperationException">The worker has other rows or settings, or it cannot run the task for another reason; the
    /// message has the worker's name and its error. Or the task has lost <see cref="OrleansTrialExecutorOptions.MaxAttempts"/>
    /// workers.</exception>
    /// <exception cref="TimeoutException">The queue was unreachable for longer than
    /// <see cref="OrleansTrialExecutorOptions.UnreachableTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The task was cancelled.</exception>
    public async Task<TrialOutcome> RunAsync(TrialTask task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        var ticket = Guid.NewGuid();
        var reports = new TaskReports(task, _options.Progress);
        try
        {
            TicketState state = new(0, TicketPhase.Unknown, [], _slots);
            while (true)
            {
                state = await NextAsync(ticket, task, state, cancellationToken).ConfigureAwait(false);
                _slots = state.Slots;
                reports.Take(state);
                if (state.Phase == TicketPhase.Failed)
                    throw new InvalidOperationException(state.Error);
                if (state.Phase == TicketPhase.Done)
                    return state.Outcome!;
            }
        }
        finally
        {
            await ForgetAsync(ticket).ConfigureAwait(false);
        }
    }

    private Task<TicketState> NextAsync(Guid ticket, TrialTask task, TicketState state, CancellationToken cancellation) =>
        _calls.RepeatAsync(
            queue =>
                state.Phase == TicketPhase.Unknown
                    ? queue.SubmitAsync(ticket, task, _options.MaxAttempts)
                    : queue.AskAsync(ticket, state.Version),
            cancellation
        );

    // If this call fails, the queue drops the ticket itself, because it is no longer polled.
    private async Task ForgetAsync(Guid ticket)
    {
        try
        {
            await _queue.Grain.ForgetAsync(ticket).WaitAsync(_goodbye).ConfigureAwait(false);
        }
        catch (Exception e) when (QueueCalls.MayPass(e)) { }
    }
}
