using RnnMlNet.Experiments.Trials;

namespace RnnMlNet.Experiments;

/// <summary>Has an executor do tasks, as many at a time as it has slots, until the clock ends the search.</summary>
/// <param name="executor">Where tasks run.</param>
/// <param name="clock">The time.</param>
/// <param name="problem">What is wrong with the scores of a task; null where nothing is.</param>
internal sealed class TaskRunner(ITrialExecutor executor, ExperimentClock clock, Func<TrialOutcome, ScoresProblem?> problem)
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    /// <summary>Does tasks, in their order as far as there are slots.</summary>
    /// <param name="queue">The tasks.</param>
    /// <param name="state">From where a task goes on; asked for when it begins.</param>
    /// <param name="done">Is told of each that is done, by the calling thread.</param>
    /// <exception cref="OperationCanceledException">The clock ended the search; what is done was told.</exception>
    public void Run(Queue<TrialTask> queue, Func<TrialTask, byte[]?> state, Action<TrialTask, TrialOutcome> done) =>
        Run(queue, state, done, beside: 0);

    private void Run(Queue<TrialTask> queue, Func<TrialTask, byte[]?> state, Action<TrialTask, TrialOutcome> done, int beside)
    {
        var running = new Dictionary<Task<TrialOutcome>, TrialTask>();
        while (running.Count + queue.Count > 0)
        {
            while (queue.Count > 0 && running.Count < executor.Slots && !clock.Search.IsCancellationRequested)
            {
                executor.Expect(Math.Max(beside, running.Count + queue.Count));
                TrialTask task = queue.Dequeue();
                task = task with { State = state(task) };
                running.Add(executor.RunAsync(task, clock.Search), task);
            }
            if (running.Count == 0)
                clock.Search.ThrowIfCancellationRequested();
            // Slots may have become more meanwhile.
            Task.WhenAny([.. running.Keys, Task.Delay(_look)]).GetAwaiter().GetResult();
            foreach (Task<TrialOutcome> ended in running.Keys.Where(task => task.IsCompleted).ToArray())
            {
                running.Remove(ended, out TrialTask? task);
                if (Completed(ended, task!, running.Keys) is TrialOutcome outcome)
                    done(task!, outcome);
            }
        }
        clock.Search.ThrowIfCancellationRequested();
    }

    /// <summary>Does one task as it is done beside others, with its share of the cores; null where the clock ended it.</summary>
    public TrialOutcome? RunOne(TrialTask task)
    {
        TrialOutcome? outcome = null;
        try
        {
            Run(new Queue<TrialTask>([task]), task => task.State, (_, done) => outcome = done, beside: Slots);
        }
        catch (OperationCanceledException) when (clock.Search.IsCancellationRequested)
        {
            // It may be done all the same.
        }
        return outcome;
    }

    /// <summary>Tasks at a time.</summary>
    public int Slots => Math.Max(1, executor.Slots);

    // Null of a task that the clock ended. What else goes wrong ends the experiment, when the tasks beside it have ended.
    private TrialOutcome? Completed(Task<TrialOutcome> running, TrialTask task, IEnumerable<Task<TrialOutcome>> others)
    {
        try
        {
            return OutcomeCheck.Checked(task, running.GetAwaiter().GetResult(), problem);
        }
        catch (OperationCanceledException) when (clock.Search.IsCancellationRequested)
        {
            return null;
        }
        catch
        {
            clock.Stop();
            Task.WhenAll(others).ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
            throw;
        }
    }
}
