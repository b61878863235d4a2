namespace RnnMlNet.Experiments;

/// <summary>
/// A search: bracket after bracket, comparison after comparison, until time, models or cancellation end it. What it decides follows from the seed and from what trials came
/// to, and never from the order in which they ended: so an experiment that is gone on with, or that runs on other machines, takes the same way.
/// </summary>
/// <typeparam name="TMetrics">What trials are measured by.</typeparam>
internal sealed class ExperimentRun<TMetrics> where TMetrics : class
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    private readonly TrialGround<TMetrics> _ground;
    private readonly ExperimentPlan<TMetrics> _plan;
    private readonly IExperimentJournal _journal;
    private readonly ITrialExecutor _executor;
    private readonly ExperimentClock _clock;
    private readonly Action<TrialRecord<TMetrics>> _ended;
    private readonly IProposals _proposals;
    private readonly IReadOnlyList<Configuration> _starts;
    private readonly List<TrialRecord<TMetrics>> _trials = [];
    private readonly List<BestSoFar> _progress = [];
    private readonly Dictionary<(int Trial, int Fold), TrialOutcome> _outcomes = [];
    private readonly List<TrialRecord<TMetrics>> _kept = [];

    /// <param name="ground">Rows and folds.</param>
    /// <param name="plan">How to search.</param>
    /// <param name="journal">What was done before, and where what is done is kept.</param>
    /// <param name="executor">Where tasks run.</param>
    /// <param name="clock">The time.</param>
    /// <param name="ended">Is told of each trial that ended or was given up.</param>
    public ExperimentRun(TrialGround<TMetrics> ground, ExperimentPlan<TMetrics> plan, IExperimentJournal journal, ITrialExecutor executor, ExperimentClock clock, Action<TrialRecord<TMetrics>> ended)
    {
        (_ground, _plan, _journal, _executor, _clock, _ended) = (ground, plan, journal, executor, clock, ended);
        _starts = plan.Space.Starts;
        _proposals = plan.Method == SearchMethod.Bohb ? new ParzenProposals(plan.Space, plan.Seed) : new RandomProposals(plan.Space, plan.Seed);
    }

    /// <summary>All trials, in the order of their numbers.</summary>
    public IReadOnlyList<TrialRecord<TMetrics>> Trials => _trials;

    /// <summary>The best trial; null where none was measured.</summary>
    public TrialRecord<TMetrics>? Best { get; private set; }

    public IReadOnlyList<BestSoFar> Progress => _progress;

    /// <summary>Searches until there are as many trials as there may be, or until the clock ends it.</summary>
    public void Run()
    {
        try
        {
            Bracket starts = Bracket.Whole(_starts.Count, _plan.MaxEpochs, _ground.Folds);
            foreach (Bracket bracket in Bracket.Of(_plan.Method, _plan.MaxEpochs, _ground.Folds).Prepend(starts))
            {
                TrialRecord<TMetrics>[] entrants = Begin(Math.Min(bracket.Trials, _plan.MaxModels - _trials.Count));
                if (entrants.Length == 0)
                    return;
                Halve(entrants, bracket.Rungs);
            }
        }
        catch (OperationCanceledException) when (_clock.Search.IsCancellationRequested)
        {
            // What was measured so far is what it came to.
        }
        finally
        {
            if (Ahead() is TrialRecord<TMetrics> ahead)
                TakeBest(ahead);
        }
    }

    // The first trials are those that the space begins with, the options as given before all: a search never comes to less, as far as its rows can tell.
    private TrialRecord<TMetrics>[] Begin(int count)
    {
        Observation[] seen = [.. _trials.SelectMany(trial => trial.Measured.Select(measured => (trial.Configuration, measured)))
            .OrderByDescending(one => one.measured.Score).ThenBy(one => one.measured.Loss)
            .Select((one, rank) => new Observation(one.Configuration, one.measured.Rung, rank))];
        TrialRecord<TMetrics>[] begun = [.. Enumerable.Range(_trials.Count, Math.Max(0, count))
            .Select(number => new TrialRecord<TMetrics>(number, number < _starts.Count ? _starts[number] : _proposals.Propose(number, seen), _ground.Folds))];
        _trials.AddRange(begun);
        return begun;
    }

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

    // Trains each trial up to a comparison, as many at a time as there are slots, and those first that were best at the one before: time may end it.
    private void Train(IReadOnlyList<TrialRecord<TMetrics>> entrants, Rung rung, bool isLast)
    {
        TrialRecord<TMetrics>[] unfinished = [.. entrants.Where(trial => !trial.IsDone)];
        Dictionary<int, TrialRecord<TMetrics>> byNumber = unfinished.ToDictionary(trial => trial.Number);
        void Take(TrialOutcome outcome, double seconds)
        {
            _outcomes[(outcome.Trial, outcome.Fold)] = outcome;
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
        RunAll(queue, Take);
    }

    // What was done in an earlier run; and a fold that has come to its end goes no further.
    private DoneTask? Known(int trial, int fold, int epochs) => _outcomes.TryGetValue((trial, fold), out TrialOutcome? last) && last.IsDone
        ? new DoneTask(last with { Epochs = epochs, Seconds = 0 }, _clock.Seconds)
        : _journal.Find(trial, fold, epochs);

    private TrialTask TaskOf(TrialRecord<TMetrics> trial, int fold, int epochs) => new()
    {
        Experiment = _ground.Experiment,
        Trial = trial.Number,
        Fold = fold,
        Epochs = epochs,
        Parameters = trial.Configuration.Texts,
        State = _journal.State(trial.Number, fold),
    };

    private void RunAll(Queue<TrialTask> queue, Action<TrialOutcome, double> take)
    {
        var running = new Dictionary<Task<TrialOutcome>, TrialTask>();
        while (running.Count + queue.Count > 0)
        {
            while (queue.Count > 0 && running.Count < _executor.Slots && !_clock.Search.IsCancellationRequested)
            {
                _executor.Expect(running.Count + queue.Count);
                TrialTask task = queue.Dequeue();
                running.Add(_executor.RunAsync(task, _clock.Search), task);
            }
            if (running.Count == 0)
                _clock.Search.ThrowIfCancellationRequested();
            // Slots may have become more meanwhile.
            Task.WhenAny([.. running.Keys, Task.Delay(_look)]).GetAwaiter().GetResult();
            foreach (Task<TrialOutcome> ended in running.Keys.Where(task => task.IsCompleted).ToArray())
            {
                running.Remove(ended, out TrialTask? task);
                if (Completed(ended, task!, running.Keys) is TrialOutcome outcome)
                {
                    double seconds = _clock.Seconds;
                    _journal.Add(task!, outcome, seconds);
                    take(outcome, seconds);
                }
            }
        }
        _clock.Search.ThrowIfCancellationRequested();
    }

    // Null of a task that the clock ended. What else goes wrong ends the experiment, when the tasks beside it have ended.
    private TrialOutcome? Completed(Task<TrialOutcome> running, TrialTask task, IEnumerable<Task<TrialOutcome>> others)
    {
        try
        {
            return OutcomeCheck.Checked(task, running.GetAwaiter().GetResult(), _ground.Problem);
        }
        catch (OperationCanceledException) when (_clock.Search.IsCancellationRequested)
        {
            return null;
        }
        catch
        {
            _clock.Stop();
            Task.WhenAll(others).ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
            throw;
        }
    }

    private TrialOutcome[]? OutcomesAt(TrialRecord<TMetrics> trial, Rung rung)
    {
        TrialOutcome[] outcomes = [.. Enumerable.Range(0, rung.Folds).Select(fold => _outcomes.GetValueOrDefault((trial.Number, fold))).OfType<TrialOutcome>().Where(outcome => outcome.Epochs == rung.Epochs)];
        return outcomes.Length == rung.Folds ? outcomes : null;
    }

    private void Measure(TrialRecord<TMetrics> trial, TrialOutcome[] outcomes, double seconds, bool isLast)
    {
        trial.Take(outcomes, seconds, Measured, _plan.Metric.Score);
        // The best so far may fail when it goes on, and the next best takes its place.
        TrialRecord<TMetrics>? best = TrialRecord<TMetrics>.FurthestFirst(_trials.Where(one => one.HasScore)).FirstOrDefault();
        if (best is not null && (best == trial || best != Best))
            TakeBest(best);
        if (isLast || trial.IsDone)
            End(trial);
    }

    // Of some folds alone there may be none: of an area under a curve, where they hold one class. The loss then tells trials apart.
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

    private void End(TrialRecord<TMetrics> trial)
    {
        trial.HasEnded = true;
        for (int fold = 0; fold < _ground.Folds; fold++)
            _outcomes.Remove((trial.Number, fold));
        _kept.Add(trial);
        ForgetOthers();
        _ended(trial);
    }

    // What trials came to is kept until one has come to its end without failing.
    private void ForgetOthers()
    {
        if (Best is not { IsDone: true })
            return;
        TrialRecord<TMetrics>? ahead = Ahead();
        foreach (TrialRecord<TMetrics> trial in _kept.Where(trial => trial != Best && trial != ahead))
            _journal.Forget(trial.Number, _ground.Folds);
        _kept.RemoveAll(trial => trial != Best && trial != ahead);
    }

    // Where time ends the search, the furthest trial may be one that was never compared with better ones that have begun: the one that is ahead of it on the rows that both were measured on.
    private TrialRecord<TMetrics>? Ahead() => Best is null ? null : _trials
        .Where(trial => trial.HasScore && trial.Reach.CompareTo(Best.Reach) < 0 && _plan.Metric.IsClearlyBetter(trial.FirstFoldScore, Best.FirstFoldScore))
        .OrderByDescending(trial => trial.FirstFoldScore).ThenBy(trial => trial.Loss).ThenBy(trial => trial.Number)
        .FirstOrDefault();

    private void TakeBest(TrialRecord<TMetrics> trial)
    {
        // What was measured earlier or on fewer folds is not to be compared with what is measured later and on more; nor what has failed since.
        if (trial.Reach != Best?.Reach)
            _progress.Clear();
        bool isHigher = _progress.Count == 0 || trial.Score > _plan.Metric.ScoreOf(_progress[^1].Value);
        Best = trial;
        ForgetOthers();
        if (isHigher)
            _progress.Add(new BestSoFar(trial.MeasuredAt, trial.Number, _plan.Metric.Of(trial.Metrics!)));
        if (_ground.Refits)
            _clock.Reserve(Math.Min(MostOfTime * _plan.MaxSeconds, RefitSeconds(trial)));
    }

    // Trials train with a thread each, the model with all: so this is rather too much.
    private double RefitSeconds(TrialRecord<TMetrics> trial) =>
        trial.Seconds / Math.Max(1, trial.Outcomes.Sum(outcome => outcome.EpochsDone)) * _ground.RefitEpochs(trial);

    private const double MostOfTime = 0.4;
}

/// <summary>How an experiment searches.</summary>
internal sealed record ExperimentPlan<TMetrics>(SearchMethod Method, SearchSpace Space, OptimizingMetric<TMetrics> Metric, int MaxEpochs, int MaxModels, double MaxSeconds, int Seed);
