namespace RnnMlNet.Experiments;

/// <summary>What an experiment has done so far, and where its trainings were paused.</summary>
internal interface IExperimentJournal : IDisposable
{
    /// <summary>Seconds that earlier runs of the experiment took.</summary>
    double SecondsBefore { get; }

    /// <summary>The folds and epochs that were planned when the experiment began; null before.</summary>
    SearchScale? Scale { get; set; }

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
