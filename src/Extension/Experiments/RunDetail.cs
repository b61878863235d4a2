using Microsoft.ML;
using RnnMlNet.Text;

namespace RnnMlNet.Experiments;

/// <summary>A trial of an experiment: its options and its results. Named as in ML.NET's AutoML.</summary>
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

    /// <summary>Number of the trial; 0 is the settings' Options unchanged.</summary>
    public int Trial { get; }

    /// <summary>The options of the trial, by name, as culture-invariant text. Empty for trial 0.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>Name of the trainer.</summary>
    public string TrainerName { get; }

    /// <summary>Seconds of training, over all folds.</summary>
    public double RuntimeInSeconds { get; }

    /// <summary>Seconds from the experiment's beginning to the trial's last measurement.</summary>
    public double MeasuredAtSeconds { get; }

    /// <summary>Epochs of training: fewer than the others' if the trial was discarded for better ones, or stopped early.</summary>
    public int Epochs { get; }

    /// <summary>
    /// Folds that the trial was trained and measured on: fewer than the others' if it was discarded for better ones. 1 if there are no
    /// folds.
    /// </summary>
    public int Folds { get; }

    /// <summary>Whether its training finished, rather than being discarded or interrupted by the time limit.</summary>
    public bool IsComplete { get; }

    /// <summary>
    /// Metrics on the held-out rows of all its folds. Null if the trial failed, or if a single fold lacks the classes that the metrics
    /// require.
    /// </summary>
    public TMetrics? ValidationMetrics { get; }

    /// <summary>The validation loss, which orders trials of equal metrics; NaN if the trial failed.</summary>
    public double ValidationLoss { get; }

    /// <summary>Why the trial failed; null if it did not.</summary>
    public Exception? Exception { get; }

    /// <summary>
    /// The pipeline with the trial's options, to be fitted to other data: the preFeaturizer, if there is one, and the trainer.
    /// </summary>
    public IEstimator<ITransformer> Estimator { get; }

    /// <summary>The model of the best run; null for the others: fit <see cref="Estimator"/>.</summary>
    public ITransformer? Model { get; internal set; }

    /// <summary>The folds and epochs of its training and measurement.</summary>
    internal (int Folds, int Epochs) Progress { get; }

    /// <summary>The chosen values, as text.</summary>
    internal string Chosen { get; }

    private string OfFolds => _allFolds == 1 ? "" : $" of {Folds} of {_allFolds} folds";

    /// <summary>Returns the trial in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"trial {Trial}: {Chosen}; {Words.Plural(Epochs, "epoch")}{OfFolds}, {RuntimeInSeconds:0.0} s")
        + (Exception is null ? "" : $"; failed: {Exception.Message}");
}
