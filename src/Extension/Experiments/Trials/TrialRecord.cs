namespace RnnMlNet.Experiments;

/// <summary>A trial and its results so far.</summary>
/// <typeparam name="TMetrics">Its metrics.</typeparam>
/// <param name="number">0 for the given options.</param>
/// <param name="configuration">The chosen values.</param>
/// <param name="allFolds">Folds of the rows.</param>
internal sealed class TrialRecord<TMetrics>(int number, Configuration configuration, int allFolds)
    where TMetrics : class
{
    private readonly List<(Rung Rung, double Score, double Loss)> _measured = [];

    public int Number => number;

    public Configuration Configuration => configuration;

    /// <summary>Folds of the rows.</summary>
    public int AllFolds => allFolds;

    /// <summary>Folds it was measured on at its last comparison.</summary>
    public int Folds => Outcomes.Count;

    /// <summary>Its outcome on each of them, at the last comparison, without states, and without scores once it can no longer be the best:
    /// there may be thousands of trials.</summary>
    public IReadOnlyList<TrialOutcome> Outcomes { get; private set; } = [];

    /// <summary>Seconds of training, over all folds.</summary>
    public double Seconds { get; private set; }

    /// <summary>Null before its first comparison, where it failed, and where its folds lack what the metrics require.</summary>
    public TMetrics? Metrics { get; private set; }

    /// <summary>The metric, larger is better; negative infinity where there is none.</summary>
    public double Score { get; private set; } = double.NegativeInfinity;

    /// <summary>Whether there is a score to compare: NaN is none.</summary>
    public bool HasScore => Metrics is not null && !double.IsNegativeInfinity(Score);

    /// <summary>
    /// The score on the first fold alone, which compares trials measured on one fold with those measured on several.
    /// </summary>
    public double FirstFoldScore { get; private set; } = double.NegativeInfinity;

    /// <summary>The validation loss, which orders trials of equal scores.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    public string? Error { get; private set; }

    /// <summary>Seconds from the experiment's beginning to its last comparison.</summary>
    public double MeasuredAt { get; private set; }

    /// <summary>Whether it is complete or was discarded.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether there is nothing left to train.</summary>
    public bool IsDone => Error is not null || (Folds == allFolds && Outcomes.All(outcome => outcome.IsDone));

    public int EpochsDone => Outcomes.Count == 0 ? 0 : Outcomes.Max(outcome => outcome.EpochsDone);

    /// <summary>The best epoch, over the folds.</summary>
    public int BestEpoch => Math.Max(1, (int)Math.Round(Outcomes.Average(outcome => outcome.BestEpoch)));

    /// <summary>The score and the loss at each comparison so far.</summary>
    public IReadOnlyList<(Rung Rung, double Score, double Loss)> Measured => _measured;

    /// <summary>Records the outcomes at a comparison.</summary>
    /// <param name="outcomes">One a fold.</param>
    /// <param name="seconds">Seconds since the experiment began.</param>
    /// <param name="measure">Computes the metrics; not called for a failed trial.</param>
    /// <param name="score">The metric, larger is better.</param>
    public void Take(
        IReadOnlyList<TrialOutcome> outcomes,
        double seconds,
        Func<IReadOnlyList<TrialOutcome>, TMetrics?> measure,
        Func<TMetrics, double> score
    )
    {
        TakeEpochs(outcomes);
        MeasuredAt = seconds;
        Error = outcomes.FirstOrDefault(outcome => outcome.Error is not null)?.Error;
        Metrics = Error is null ? measure(outcomes) : null;
        Score = ScoreOf(Metrics, score);
        // All trials are measured on the first fold.
        FirstFoldScore = outcomes.Count == 1 ? Score : ScoreOf(Error is null ? measure([outcomes[0]]) : null, score);
        double loss = Error is null ? outcomes.Average(outcome => outcome.ValidationLoss) : double.NaN;
        // NaN is last, where .NET would sort it first.
        Loss = double.IsNaN(loss) ? double.PositiveInfinity : loss;
        _measured.Add((new Rung(outcomes[0].Epochs, outcomes.Count), Score, Loss));
    }

    /// <summary>Records the number and the duration of epochs alone.</summary>
    public void TakeEpochs(IReadOnlyList<TrialOutcome> outcomes)
    {
        Outcomes = [.. outcomes.Select(outcome => outcome with { State = [] })];
        Seconds += outcomes.Sum(outcome => outcome.Seconds);
    }

    /// <summary>Drops the scores of held-out rows.</summary>
    public void ForgetScores() => Outcomes = [.. Outcomes.Select(outcome => outcome with { Scores = [] })];

    private static double ScoreOf(TMetrics? metrics, Func<TMetrics, double> score) =>
        metrics is not null && score(metrics) is double value && double.IsFinite(value) ? value : double.NegativeInfinity;

    /// <summary>The extent of its training and measurement: the folds, and the epochs, where a complete training counts as the most however
    /// few epochs it had.</summary>
    public (int Folds, int Epochs) Progress => Outcomes.Count == 0 ? default : (Folds, IsDone ? int.MaxValue : Outcomes[0].Epochs);

    /// <summary>Trials of one comparison, the better first: by score, by loss, by number.</summary>
    public static IOrderedEnumerable<TrialRecord<TMetrics>> BestFirst(IEnumerable<TrialRecord<TMetrics>> trials) =>
        trials.OrderByDescending(trial => trial.Score).ThenBy(trial => trial.Loss).ThenBy(trial => trial.Number);

    /// <summary>Trials of several comparisons, the better first: those that reached further were better than others before.</summary>
    public static IOrderedEnumerable<TrialRecord<TMetrics>> FurthestFirst(IEnumerable<TrialRecord<TMetrics>> trials) =>
        BestFirst(trials).OrderByDescending(trial => trial.Progress);
}
