using RnnMlNet.Experiments.Trials;

namespace RnnMlNet.Experiments;

/// <summary>
/// A search: bracket after bracket, comparison after comparison, until time, number of models or cancellation end it. Its decisions depend
/// on the seed and on the trials' outcomes, never on the order in which they ended: so a resumed experiment, or one on other machines,
/// makes the same decisions.
/// </summary>
/// <typeparam name="TMetrics">The metrics of trials.</typeparam>
internal sealed partial class ExperimentRun<TMetrics>
    where TMetrics : class
{
    private readonly TrialObjective<TMetrics> _ground;
    private readonly ExperimentPlan<TMetrics> _plan;
    private readonly IExperimentJournal _journal;
    private readonly TaskRunner _runner;
    private readonly ExperimentClock _clock;
    private readonly Action<TrialRecord<TMetrics>> _ended;
    private readonly IProposals _proposals;
    private readonly IReadOnlyList<Configuration> _starts;
    private readonly List<TrialRecord<TMetrics>> _trials = [];
    private readonly List<BestSoFar> _progress = [];
    private readonly Dictionary<(int Trial, int Fold), TrialOutcome> _outcomes = [];
    private readonly List<TrialRecord<TMetrics>> _kept = [];
    private SearchScale _scale;

    /// <param name="ground">Rows and folds.</param>
    /// <param name="plan">The search options.</param>
    /// <param name="journal">The tasks of earlier runs, and of this one.</param>
    /// <param name="executor">Runs the tasks.</param>
    /// <param name="clock">The time.</param>
    /// <param name="ended">Receives each trial that has ended or was discarded.</param>
    public ExperimentRun(
        TrialObjective<TMetrics> ground,
        ExperimentPlan<TMetrics> plan,
        IExperimentJournal journal,
        ITrialExecutor executor,
        ExperimentClock clock,
        Action<TrialRecord<TMetrics>> ended
    )
    {
        (_ground, _plan, _journal, _clock, _ended) = (ground, plan, journal, clock, ended);
        _runner = new TaskRunner(executor, clock, ground.Problem);
        _starts = plan.Space.InitialTrials;
        _scale = new SearchScale(ground.Folds, plan.MaxEpochs);
        _proposals =
            plan.Method == SearchMethod.Bohb ? new ParzenProposals(plan.Space, plan.Seed) : new RandomProposals(plan.Space, plan.Seed);
    }

    /// <summary>All trials, in the order of their numbers.</summary>
    public IReadOnlyList<TrialRecord<TMetrics>> Trials => _trials;

    /// <summary>The best trial; null where none was measured.</summary>
    public TrialRecord<TMetrics>? Best { get; private set; }

    /// <summary>Whether time ended the search before any comparison, so that the best trial is the best of incomplete ones.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>The folds and epochs of a complete trial.</summary>
    public SearchScale Scale => _scale;

    public IReadOnlyList<BestSoFar> Progress => _progress;

    /// <summary>Receives the planned folds and epochs before the trials that use them.</summary>
    public Action<SearchScale>? Planned { get; init; }

    /// <summary>Searches until the maximum number of trials, or until the clock ends it.</summary>
    public void Run()
    {
        try
        {
            _scale = new ScalePlanning<TMetrics>(_ground, _plan, _journal, _runner, _clock).Scale(Remember);
            Planned?.Invoke(_scale);
            Bracket starts = Bracket.Whole(_starts.Count, _scale.MaxEpochs, _scale.Folds);
            foreach (Bracket bracket in Bracket.Of(_plan.Method, _scale.MaxEpochs, _scale.Folds).Prepend(starts))
            {
                TrialRecord<TMetrics>[] entrants = Begin(Math.Min(bracket.Trials, _plan.MaxModels - _trials.Count));
                if (entrants.Length == 0)
                    return;
                Halve(entrants, bracket.Rungs);
            }
        }
        catch (OperationCanceledException) when (_clock.Search.IsCancellationRequested)
        {
            // The measurements so far are the result.
        }
        finally
        {
            if (Best is null)
                MeasureUnfinished();
            if (Ahead() is TrialRecord<TMetrics> ahead)
                TakeBest(ahead);
        }
    }

    // The first trials are the space's initial trials, the given options first: as far as its rows can tell, a search never ends worse.
    private TrialRecord<TMetrics>[] Begin(int count)
    {
        Observation[] seen =
        [
            .. _trials
                .SelectMany(trial => trial.Measured.Select(measured => (trial.Configuration, measured)))
                .OrderByDescending(one => one.measured.Score)
                .ThenBy(one => one.measured.Loss)
                .Select((one, rank) => new Observation(one.Configuration, one.measured.Rung, rank)),
        ];
        TrialRecord<TMetrics>[] begun =
        [
            .. Enumerable
                .Range(_trials.Count, Math.Max(0, count))
                .Select(number => new TrialRecord<TMetrics>(
                    number,
                    Scaled(number < _starts.Count ? _starts[number] : _proposals.Propose(number, seen)),
                    _scale.Folds
                )),
        ];
        _trials.AddRange(begun);
        return begun;
    }

    // A reduced number of epochs is an option of the trial, so that workers, its estimator and its model have it too.
    private Configuration Scaled(Configuration chosen) =>
        _scale.MaxEpochs == _plan.MaxEpochs ? chosen : chosen.With(nameof(RnnTrainingOptions.MaxEpochs), _scale.MaxEpochs);

    private void Halve(IReadOnlyList<TrialRecord<TMetrics>> entrants, IReadOnlyList<Rung> rungs)
    {
        foreach (Rung rung in rungs)
        {
            Train(entrants, rung, isLast: rung == rungs[^1]);
            if (rung == rungs[^1])
                return;
            TrialRecord<TMetrics>[] better = [.. TrialRecord<TMetrics>.BestFirst(entrants).Take(Bracket.Survivors(entrants.Count))];
            foreach (TrialRecord<TMetrics> trial in entrants.Except(better).Where(trial => !trial.HasEnded).OrderBy(trial => trial.Number))
                End(trial);
            entrants = better;
        }
    }

    // Trains each trial up to a comparison, in as many slots as there are, the best at the comparison before first: time may end it.
    private void Train(IReadOnlyList<TrialRecord<TMetrics>> entrants, Rung rung, bool isLast)
    {
        TrialRecord<TMetrics>[] unfinished = [.. entrants.Where(trial => !trial.IsDone)];
        Dictionary<int, TrialRecord<TMetrics>> byNumber = unfinished.ToDictionary(trial => trial.Number);
        void Take(TrialOutcome outcome, double seconds)
        {
            Remember(outcome);
            TrialRecord<TMetrics> trial = byNumber[outcome.Trial];
            if (OutcomesAt(trial, rung) is { } outcomes)
                Measure(trial, outcomes, seconds, isLast);
        }

        var queue = new Queue<TrialTask>();
        foreach (TrialRecord<TMetrics> trial in unfinished)
            for (int fold = 0; fold < rung.Folds; fold++)
                if (Known(trial.Number, fold, rung.Epochs) is DoneTask known)
                    Take(known.Outcome, known.Seconds);
                else
                    queue.Enqueue(TaskOf(trial, fold, rung.Epochs));
        _runner.Run(
            queue,
            task => _journal.State(task.Trial, task.Fold),
            (task, outcome) =>
            {
                double seconds = _clock.Seconds;
                _journal.Add(task, outcome, seconds);
                Take(outcome, seconds);
            }
        );
    }

    // The journal stores the paused training, possibly in a file.
    private void Remember(TrialOutcome outcome) => _outcomes[(outcome.Trial, outcome.Fold)] = outcome with { State = [] };

    // Tasks of an earlier run; and a complete fold is not trained further.
    private DoneTask? Known(int trial, int fold, int epochs) =>
        _outcomes.TryGetValue((trial, fold), out TrialOutcome? last) && last.IsDone
            ? new DoneTask(last with { Epochs = epochs, Seconds = 0 }, _clock.Seconds)
            : _journal.Find(trial, fold, epochs);

    private TrialTask TaskOf(TrialRecord<TMetrics> trial, int fold, int epochs) =>
        new()
        {
            Experiment = _ground.Experiment,
            Trial = trial.Number,
            Fold = fold,
            Epochs = epochs,
            Parameters = trial.Configuration.Texts,
        };

    private TrialOutcome[]? OutcomesAt(TrialRecord<TMetrics> trial, Rung rung)
    {
        TrialOutcome[] outcomes =
        [
            .. Enumerable
                .Range(0, rung.Folds)
                .Select(fold => _outcomes.GetValueOrDefault((trial.Number, fold)))
                .OfType<TrialOutcome>()
                .Where(outcome => outcome.Epochs == rung.Epochs),
        ];
        return outcomes.Length == rung.Folds ? outcomes : null;
    }

    private void Measure(TrialRecord<TMetrics> trial, TrialOutcome[] outcomes, double seconds, bool isLast)
    {
        trial.Take(outcomes, seconds, Measured, _plan.Metric.Score);
        // The best trial so far may fail when it continues, and the next best replaces it.
        TrialRecord<TMetrics>? best = TrialRecord<TMetrics>.FurthestFirst(_trials.Where(one => one.HasScore)).FirstOrDefault();
        if (best is not null && (best == trial || best != Best))
            TakeBest(best);
        if (isLast || trial.IsDone)
            End(trial);
    }

    // Time ended the search before any comparison: each trial is measured on the folds that are complete.
    private void MeasureUnfinished()
    {
        foreach (TrialRecord<TMetrics> trial in _trials.Where(trial => trial.Outcomes.Count == 0))
        {
            TrialOutcome[] done =
            [
                .. Enumerable
                    .Range(0, _ground.Folds)
                    .Select(fold => _outcomes.GetValueOrDefault((trial.Number, fold)))
                    .OfType<TrialOutcome>()
                    .Where(outcome => outcome.Error is null),
            ];
            TrialOutcome[] furthest = [.. done.Where(outcome => outcome.Epochs == done.Max(one => one.Epochs))];
            if (furthest.Length > 0)
                trial.Take(furthest, _clock.Seconds, Measured, _plan.Metric.Score);
        }
        if (TrialRecord<TMetrics>.FurthestFirst(_trials.Where(trial => trial.HasScore)).FirstOrDefault() is not TrialRecord<TMetrics> best)
            return;
        IsCutShort = true;
        TakeBest(best);
    }

    // Some folds alone may have no metric: the area under a curve, where they hold one class. The loss then orders the trials.
    private TMetrics? Measured(IReadOnlyList<TrialOutcome> outcomes)
    {
        try
        {
            return _ground.Measure(outcomes);
        }
        catch (Exception e) when (outcomes.Count < _ground.Folds && e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
