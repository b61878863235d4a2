using Microsoft.ML;

namespace RnnMlNet.Experiments;

/// <summary>A trial of an experiment: what was chosen, and what it came to. Named as in ML.NET's AutoML.</summary>
/// <typeparam name="TMetrics">ML.NET's metrics of the task.</typeparam>
public sealed class RunDetail<TMetrics>
    where TMetrics : class
{
    private readonly int _allFolds;

    internal RunDetail(TrialRecord<TMetrics> trial, IEstimator<ITransformer> estimator, string trainerName)
    {
        Trial = trial.Number;
        Parameters = trial.Configuration.Texts;
        TrainerName = trainerName;
        RuntimeInSeconds = trial.Seconds;
        MeasuredAtSeconds = trial.MeasuredAt;
        Epochs = trial.EpochsDone;
        Folds = trial.Folds;
        _allFolds = trial.AllFolds;
        Progress = trial.Progress;
        IsComplete = trial.IsDone && trial.Error is null;
        ValidationMetrics = trial.Metrics;
        ValidationLoss = trial.Error is null && double.IsFinite(trial.Loss) ? trial.Loss : double.NaN;
        Exception = trial.Error is null ? null : new InvalidOperationException(trial.Error);
        Estimator = estimator;
        Chosen = trial.Configuration.ToString();
    }

    /// <summary>Number of the trial; 0 is the settings' Options as they are.</summary>
    public int Trial { get; }

    /// <summary>The options that were chosen, by name, as culture-invariant text. Empty of trial 0.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>Name of the trainer.</summary>
    public string TrainerName { get; }

    /// <summary>Seconds that its training took, those of all folds together.</summary>
    public double RuntimeInSeconds { get; }

    /// <summary>Seconds from the experiment's beginning to when it was measured last.</summary>
    public double MeasuredAtSeconds { get; }

    /// <summary>
    /// Epochs it was trained for: fewer than the others where better ones went on in its place, or where it stopped early.
    /// </summary>
    public int Epochs { get; }

    /// <summary>
    /// Folds it was trained and measured on: fewer than the others where better ones went on in its place. 1 where there are no folds.
    /// </summary>
    public int Folds { get; }

    /// <summary>Whether its training came to its end, rather than being given up for better ones or cut off by the time limit.</summary>
    public bool IsComplete { get; }

    /// <summary>
    /// What it came to on the rows that were held out, those of its folds together. Null where it failed, and where a single fold does not
    /// have the classes that the metrics want.
    /// </summary>
    public TMetrics? ValidationMetrics { get; }

    /// <summary>The validation loss, which tells trials of equal metrics apart; NaN where it failed.</summary>
    public double ValidationLoss { get; }

    /// <summary>Why it failed; null where it did not.</summary>
    public Exception? Exception { get; }

    /// <summary>
    /// The pipeline with its options, to be fitted to other data: the preFeaturizer, where there is one, and the trainer.
    /// </summary>
    public IEstimator<ITransformer> Estimator { get; }

    /// <summary>The model. Of the best run alone; of the others null: fit <see cref="Estimator"/>.</summary>
    public ITransformer? Model { get; internal set; }

    /// <summary>How far it was trained and measured.</summary>
    internal (int Folds, int Epochs) Progress { get; }

    /// <summary>What was chosen, in words.</summary>
    internal string Chosen { get; }

    private string OfFolds => _allFolds == 1 ? "" : $" of {Folds} of {_allFolds} folds";

    /// <summary>The trial in a line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"trial {Trial}: {Chosen}; {Training.Words.Plural(Epochs, "epoch")}{OfFolds}, {RuntimeInSeconds:0.0} s")
        + (Exception is null ? "" : $"; failed: {Exception.Message}");
}
