using RnnMlNet.Experiments.Trials;

namespace RnnMlNet.Experiments;

/// <summary>
/// Plans folds and epochs by the duration of the first trial's first epochs, where the time is limited. The plan is stored in the journal,
/// so that a resumed experiment compares the same.
/// </summary>
internal sealed class ScalePlanning<TMetrics>(
    TrialObjective<TMetrics> ground,
    ExperimentPlan<TMetrics> plan,
    IExperimentJournal journal,
    TaskRunner runner,
    ExperimentClock clock
)
    where TMetrics : class
{
    // The first epochs, which include compilation, are timed until the measurement is reliable.
    private const double ShareOfTime = 0.01;
    private const int Factor = 3;

    private readonly SearchScale _whole = new(ground.Folds, plan.MaxEpochs);

    /// <summary>The folds and epochs that fit the time.</summary>
    /// <param name="remember">Receives the first trial's outcomes meanwhile, from which it resumes.</param>
    /// <exception cref="OperationCanceledException">The clock ended the search before its first epoch was complete.</exception>
    public SearchScale Scale(Action<TrialOutcome> remember)
    {
        if (journal.Scale is SearchScale known)
        {
            foreach (int epochs in Comparisons())
                if (journal.Find(0, 0, epochs) is DoneTask done)
                    remember(done.Outcome);
            return known;
        }
        if (plan.MaxSeconds >= ExperimentSettings.UsualSeconds)
            return journal.Scale = _whole;
        var (task, outcome, secondsPerEpoch) = FirstEpochs();
        SearchScale scale = outcome.Error is null
            ? SearchScale.Fitting(_whole, Rules, EpochsIn(outcome, secondsPerEpoch), runner.Slots)
            : _whole;
        journal.Scale = scale;
        // A smaller number of epochs changes the learning rate schedule, so the first trial starts anew.
        if (scale.MaxEpochs == _whole.MaxEpochs)
        {
            journal.Add(task, outcome, clock.Seconds);
            remember(outcome);
        }
        return scale;
    }

    private ScaleRules Rules => new(plan.Method, plan.Space.InitialTrials.Count, plan.MaxModels, plan.MayDropFolds, plan.MayDropEpochs);

    private IEnumerable<int> Comparisons()
    {
        long epochs = 1;
        for (; epochs < plan.MaxEpochs; epochs *= Factor)
            yield return (int)epochs;
        yield return plan.MaxEpochs;
    }

    private (TrialTask Task, TrialOutcome Outcome, double SecondsPerEpoch) FirstEpochs()
    {
        TrialTask? last = null;
        TrialOutcome? outcome = null;
        double seconds = double.PositiveInfinity;
        foreach (int epochs in Comparisons())
        {
            var task = new TrialTask
            {
                Experiment = ground.Experiment,
                Trial = 0,
                Fold = 0,
                Epochs = epochs,
                Parameters = Configuration.Empty.Texts,
                State = outcome?.State,
            };
            int before = outcome?.EpochsDone ?? 0;
            if (runner.RunOne(task) is not TrialOutcome next)
                break;
            (last, outcome) = (task, next);
            seconds = next.Seconds / Math.Max(1, next.EpochsDone - before);
            if (next.IsDone || next.Seconds >= ShareOfTime * plan.MaxSeconds)
                break;
        }
        return last is null ? throw new OperationCanceledException(clock.Search) : (last, outcome!, seconds);
    }

    // Epochs of one fold, run sequentially, without the time for the final model.
    private double EpochsIn(TrialOutcome outcome, double secondsPerEpoch)
    {
        double refit = 0;
        if (ground.Refits)
        {
            var first = new TrialRecord<TMetrics>(0, Configuration.Empty, _whole.Folds);
            first.TakeEpochs([outcome]);
            refit = RefitTime.Of(first, ground, plan.MaxSeconds);
            clock.Reserve(refit);
        }
        return Math.Max(0, plan.MaxSeconds - refit - clock.Seconds) / secondsPerEpoch;
    }
}

/// <summary>Estimates the time for training the final model.</summary>
internal static class RefitTime
{
    private const double MostOfTime = 0.4;

    /// <summary>Seconds to reserve. Trials train with a thread each, the model with all: an overestimate.</summary>
    public static double Of<TMetrics>(TrialRecord<TMetrics> trial, TrialObjective<TMetrics> ground, double maxSeconds)
        where TMetrics : class
    {
        double perEpoch = trial.Seconds / Math.Max(1, trial.Outcomes.Sum(outcome => outcome.EpochsDone));
        return Math.Min(MostOfTime * maxSeconds, perEpoch * ground.RefitEpochs(trial));
    }
}
