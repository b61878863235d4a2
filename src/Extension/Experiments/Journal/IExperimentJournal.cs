namespace RnnMlNet.Experiments;

/// <summary>The completed tasks of an experiment, and the states of its paused trainings.</summary>
internal interface IExperimentJournal : IDisposable
{
    /// <summary>Seconds that earlier runs of the experiment took.</summary>
    double SecondsBefore { get; }

    /// <summary>The folds and epochs that were planned when the experiment began; null before.</summary>
    SearchScale? Scale { get; set; }

    /// <summary>The outcome of a task in an earlier run, with its time; null where the task was not completed.</summary>
    DoneTask? Find(int trial, int fold, int epochs);

    /// <summary>Adds the outcome of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="outcome">Its outcome.</param>
    /// <param name="seconds">Seconds since the experiment began, earlier runs included.</param>
    void Add(TrialTask task, TrialOutcome outcome, double seconds);

    /// <summary>The last state of a trial's paused training on a fold; null where it has not begun.</summary>
    byte[]? State(int trial, int fold);

    /// <summary>Deletes the states of a trial that will not be resumed; its outcomes stay.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="folds">Its folds.</param>
    void Forget(int trial, int folds);
}

/// <summary>A completed task.</summary>
/// <param name="Outcome">Its outcome, without the state of its training.</param>
/// <param name="Seconds">Seconds since the experiment began, earlier runs included.</param>
internal sealed record DoneTask(TrialOutcome Outcome, double Seconds);
