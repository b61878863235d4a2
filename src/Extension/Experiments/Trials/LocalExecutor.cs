namespace RnnMlNet.Experiments;

/// <summary>
/// Runs tasks in this process, concurrently; a task that runs alone computes with all cores, with the same result.
/// </summary>
/// <param name="run">Runs a task with a number of threads.</param>
/// <param name="slots">Concurrent tasks.</param>
internal sealed class LocalExecutor(Func<TrialTask, int, CancellationToken, TrialOutcome> run, int slots) : ITrialExecutor
{
    private int _expected = 1;

    public int Slots => slots;

    public void Expect(int tasks) => _expected = tasks;

    public Task<TrialOutcome> RunAsync(TrialTask task, CancellationToken cancellationToken)
    {
        int threads = Math.Max(1, Environment.ProcessorCount / Math.Clamp(_expected, 1, slots));
        // A thread of its own: a training occupies it for long.
        return Task.Factory.StartNew(
            () => run(task, threads, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }
}
