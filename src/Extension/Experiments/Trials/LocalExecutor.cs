namespace RnnMlNet.Experiments;

/// <summary>
/// Runs tasks in this process, side by side, and has a task that is alone compute with all cores: the numbers are the same.
/// </summary>
/// <param name="run">Runs a task with a number of threads.</param>
/// <param name="slots">Tasks at a time.</param>
internal sealed class LocalExecutor(Func<TrialTask, int, CancellationToken, TrialOutcome> run, int slots) : ITrialExecutor
{
    private int _expected = 1;

    public int Slots => slots;

    public void Expect(int tasks) => _expected = tasks;

    public Task<TrialOutcome> RunAsync(TrialTask task, CancellationToken cancellationToken)
    {
        int threads = Math.Max(1, Environment.ProcessorCount / Math.Clamp(_expected, 1, slots));
        // A thread of its own: a training keeps it for long.
        return Task.Factory.StartNew(
            () => run(task, threads, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }
}
