namespace RnnMlNet.Experiments;

// The best trial, and what is kept of the others.
internal sealed partial class ExperimentRun<TMetrics>
{
    private void End(TrialRecord<TMetrics> trial)
    {
        trial.HasEnded = true;
        for (int fold = 0; fold < _ground.Folds; fold++)
            _outcomes.Remove((trial.Number, fold));
        _kept.Add(trial);
        ForgetOthers();
        _ended(trial);
    }

    // Outcomes are kept until a trial is complete without failing.
    private void ForgetOthers()
    {
        if (Best is not { IsDone: true })
            return;
        TrialRecord<TMetrics>? ahead = Ahead();
        foreach (TrialRecord<TMetrics> trial in _kept.Where(trial => trial != Best && trial != ahead))
        {
            _journal.Forget(trial.Number, _ground.Folds);
            trial.ForgetScores();
        }
        _kept.RemoveAll(trial => trial != Best && trial != ahead);
    }

    // Where time ends the search, the furthest trial may never have been compared with better ones that have begun: finds the trial that is
    // ahead of it on the rows that both were measured on.
    private TrialRecord<TMetrics>? Ahead() =>
        Best is null
            ? null
            : _trials
                .Where(trial =>
                    trial.HasScore
                    && trial.Progress.CompareTo(Best.Progress) < 0
                    && _plan.Metric.IsClearlyBetter(trial.FirstFoldScore, Best.FirstFoldScore)
                )
                .OrderByDescending(trial => trial.FirstFoldScore)
                .ThenBy(trial => trial.Loss)
                .ThenBy(trial => trial.Number)
                .FirstOrDefault();

    private void TakeBest(TrialRecord<TMetrics> trial)
    {
        // Measurements at an earlier comparison or on fewer folds are not comparable with later ones on more; nor are those of trials that
        // failed since.
        if (trial.Progress != Best?.Progress)
            _progress.Clear();
        bool isHigher = _progress.Count == 0 || trial.Score > _plan.Metric.ScoreOf(_progress[^1].Value);
        Best = trial;
        ForgetOthers();
        if (isHigher)
            _progress.Add(new BestSoFar(trial.MeasuredAt, trial.Number, _plan.Metric.Of(trial.Metrics!)));
        if (_ground.Refits)
            _clock.Reserve(RefitTime.Of(trial, _ground, _plan.MaxSeconds));
    }
}
