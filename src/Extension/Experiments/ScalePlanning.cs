using RnnMlNet.Experiments.Trials;

namespace RnnMlNet.Experiments;

/// <summary>
/// Plans folds and epochs by how long the first epochs of the first trial take, where the time is limited. The plan is kept in the journal,
/// so that an experiment that
/// is gone on with compares what it compared before.
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
    // The first epochs, in which code is compiled too, are measured until they are worth measuring.
    private const double ShareOfTime = 0.01;
    private const int Factor = 3;

    private readonly SearchScale _whole = new(ground.Folds, plan.MaxEpochs);

    /// <summary>The folds and epochs that there is time for.</summary>
    /// <param name="remember">Is told what the first trial came to meanwhile, from where it goes on.</param>
    /// <exception cref="OperationCanceledException">The clock ended the search before its first epoch was done.</exception>
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
        // Of fewer epochs the learning rate's schedule is another one, so that the first trial begins anew.
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

    // Of one fold, one after the other, without the time that the model takes.
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

/// <summary>Time for the model's own training.</summary>
internal static class RefitTime
{
    private const double MostOfTime = 0.4;

    /// <summary>Seconds to leave. Trials train with a thread each, the model with all: so this is rather too much.</summary>
    public static double Of<TMetrics>(TrialRecord<TMetrics> trial, TrialObjective<TMetrics> ground, double maxSeconds)
        where TMetrics : class
    {
        double perEpoch = trial.Seconds / Math.Max(1, trial.Outcomes.Sum(outcome => outcome.EpochsDone));
        return Math.Min(MostOfTime * maxSeconds, perEpoch * ground.RefitEpochs(trial));
    }
}
