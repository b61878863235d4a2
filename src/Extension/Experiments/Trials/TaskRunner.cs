using RnnMlNet.Experiments.Trials;

namespace RnnMlNet.Experiments;

/// <summary>Runs tasks on an executor, as many at a time as it has slots, until the clock ends the search.</summary>
/// <param name="executor">Runs the tasks.</param>
/// <param name="clock">The time.</param>
/// <param name="problem">The problem with the scores of a task; null for none.</param>
internal sealed class TaskRunner(ITrialExecutor executor, ExperimentClock clock, Func<TrialOutcome, ScoresProblem?> problem)
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs tasks, in their order as far as there are slots.</summary>
    /// <param name="queue">The tasks.</param>
    /// <param name="state">The state that a task resumes from; requested when it begins.</param>
    /// <param name="done">Receives each completed task, on the calling thread.</param>
    /// <exception cref="OperationCanceledException">The clock ended the search; completed tasks were reported.</exception>
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
            // The number of slots may have increased meanwhile.
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

    /// <summary>Runs one task with the share of the cores that it has among others; null where the clock ended it.</summary>
    public TrialOutcome? RunOne(TrialTask task)
    {
        TrialOutcome? outcome = null;
        try
        {
            Run(new Queue<TrialTask>([task]), task => task.State, (_, done) => outcome = done, beside: Slots);
        }
        catch (OperationCanceledException) when (clock.Search.IsCancellationRequested)
        {
            // The task may be complete all the same.
        }
        return outcome;
    }

    /// <summary>Concurrent tasks.</summary>
    public int Slots => Math.Max(1, executor.Slots);

    // Null for a task that the clock ended. Any other error ends the experiment, after the concurrent tasks have ended.
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
