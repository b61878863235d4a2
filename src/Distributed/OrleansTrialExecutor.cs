using RnnMlNet.Distributed.Queue;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed;

/// <summary>
/// Has an experiment's tasks done by the workers of an Orleans cluster: <see cref="TrialWorkerExtensions"/>. Set it as
/// <see cref="ExperimentSettings.Executor"/>. A task of a worker that is lost is given to another, and the result is that of one machine.
/// Where there are no workers it waits for one, until the experiment's time limit. Safe to use from several threads.
/// </summary>
public sealed class OrleansTrialExecutor : ITrialExecutor
{
    private static readonly TimeSpan _goodbye = TimeSpan.FromSeconds(5);

    private readonly OrleansTrialExecutorOptions _options;
    private readonly QueueAddress _queue;
    private readonly QueueCalls _calls;
    private volatile int _slots;

    /// <summary>An executor on a cluster.</summary>
    /// <param name="grainFactory">Of a silo's host or of a client's: an <see cref="IClusterClient"/> is one.</param>
    /// <param name="options">What it is set by; null for the defaults.</param>
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
    /// Tasks that the workers that are alive do at a time, as far as is known from the tasks that run; 1 where there are none.
    /// </summary>
    public int Slots => Math.Max(1, _slots);

    /// <summary>The workers that are alive now.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One entry a worker, in no order.</returns>
    /// <exception cref="TimeoutException">The queue was out of reach for longer than
    /// <see cref="OrleansTrialExecutorOptions.UnreachableTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<IReadOnlyList<TrialWorkerInfo>> GetWorkersAsync(CancellationToken cancellationToken = default)
    {
        WorkerCard[] workers = await _calls.RepeatAsync(queue => queue.WorkersAsync(), cancellationToken).ConfigureAwait(false);
        return [.. workers.Select(worker => new TrialWorkerInfo(worker.Name, worker.Slots))];
    }

    /// <summary>Has a task done by a worker, and by another where that one is lost.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Ends it: the worker's training stops at the first batch after its next beat.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="InvalidOperationException">The worker has other rows or settings, or it cannot do the task for another reason; the
    /// message has the worker's name and its words. Or the task was given to as many workers as it may lose.</exception>
    /// <exception cref="TimeoutException">The queue was out of reach for longer than
    /// <see cref="OrleansTrialExecutorOptions.UnreachableTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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

    // Of one that was not heard the queue finds out itself: nobody asks after the ticket any more.
    private async Task ForgetAsync(Guid ticket)
    {
        try
        {
            await _queue.Grain.ForgetAsync(ticket).WaitAsync(_goodbye).ConfigureAwait(false);
        }
        catch (Exception e) when (QueueCalls.MayPass(e)) { }
    }
}
