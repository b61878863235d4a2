namespace RnnMlNet.Experiments;

/// <summary>What an experiment has done so far, and where its trainings were paused.</summary>
internal interface IExperimentJournal : IDisposable
{
    /// <summary>Seconds that earlier runs of the experiment took.</summary>
    double SecondsBefore { get; }

    /// <summary>What a task came to in an earlier run, and when; null where it was not done.</summary>
    DoneTask? Find(int trial, int fold, int epochs);

    /// <summary>Keeps what a task came to.</summary>
    /// <param name="task">The task.</param>
    /// <param name="outcome">What it came to.</param>
    /// <param name="seconds">Since the experiment began, earlier runs included.</param>
    void Add(TrialTask task, TrialOutcome outcome, double seconds);

    /// <summary>Where a trial's training on a fold was paused last; null where it has not begun.</summary>
    byte[]? State(int trial, int fold);

    /// <summary>Lets go of the states of a trial that will not be gone on with; what it came to stays.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="folds">Its folds.</param>
    void Forget(int trial, int folds);
}

/// <summary>A task that is done.</summary>
/// <param name="Outcome">What it came to, without the state of its training.</param>
/// <param name="Seconds">Since the experiment began, earlier runs included.</param>
internal sealed record DoneTask(TrialOutcome Outcome, double Seconds);

/// <summary>Keeps it in memory.</summary>
internal sealed class MemoryJournal : IExperimentJournal
{
    private readonly Dictionary<(int Trial, int Fold), byte[]> _states = [];

    public double SecondsBefore => 0;

    public DoneTask? Find(int trial, int fold, int epochs) => null;

    public void Add(TrialTask task, TrialOutcome outcome, double seconds) => _states[(outcome.Trial, outcome.Fold)] = outcome.State;

    public byte[]? State(int trial, int fold) => _states.TryGetValue((trial, fold), out byte[]? state) && state.Length > 0 ? state : null;

    public void Forget(int trial, int folds)
    {
        for (int fold = 0; fold < folds; fold++)
            _states.Remove((trial, fold));
    }

    public void Dispose()
    {
    }
}
