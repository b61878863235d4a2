using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;

namespace RnnMlNet.Experiments;

/// <summary>Settings of all experiments. Named as in ML.NET's AutoML where it has them too.</summary>
public abstract class ExperimentSettings
{
    /// <summary>A day.</summary>
    internal const uint UsualSeconds = 24 * 60 * 60;

    private protected ExperimentSettings() { }

    /// <summary>
    /// Time limit in seconds, including reading the rows and training the model on all of them: running trials then stop at their next
    /// mini-batch. Default a day. With a shorter time, the first epochs are timed; if the time does not suffice to compare several trials,
    /// each gets fewer folds, and then fewer epochs. Only the fitting of a preFeaturizer cannot be stopped.
    /// </summary>
    public uint MaxExperimentTimeInSeconds { get; set; } = UsualSeconds;

    /// <summary>Maximum number of trials. Default as many as the time allows.</summary>
    public int MaxModels { get; set; } = int.MaxValue;

    /// <summary>
    /// Epochs of a complete trial; the options' own MaxEpochs is ignored. Default null: 27 for forecasts; otherwise as many as Fit chooses
    /// from the rows, and fewer if the time is short. Trials are compared after a 27th, a ninth and a third of them; with several folds, on
    /// the first fold only.
    /// </summary>
    public int? MaxEpochs { get; set; }

    /// <summary>Search method. Default <see cref="SearchMethod.Bohb"/>.</summary>
    public SearchMethod Search { get; set; } = SearchMethod.Bohb;

    /// <summary>
    /// Search space. Default null: the usual space of the task, <see cref="SearchSpace.ForSequences"/>,
    /// <see cref="SearchSpace.ForTagging"/> or <see cref="SearchSpace.ForForecasting"/>. Options of a usual space that do not apply to the
    /// rows or to the other options are not searched, which the log states.
    /// </summary>
    public SearchSpace? SearchSpace { get; set; }

    /// <summary>
    /// Seed of all random numbers. Default null: drawn from the MLContext's own. The same seed, data and number of trials give the same
    /// trials and the same model, however many run concurrently; if the time ends the search, its progress depends on the machine.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Number of concurrent trials. Default null: one per core, each on one thread, if training runs in C#; one on a GPU. A custom
    /// <see cref="Executor"/> sets its own number.
    /// </summary>
    public int? ConcurrentTrials { get; set; }

    /// <summary>
    /// Folder of the experiment's journal, from which an interrupted experiment resumes when it is executed again on the same data with the
    /// same settings: no trial's training is repeated, and its time counts. It is created if it does not exist, and belongs to one
    /// experiment. Default null: no journal.
    /// </summary>
    public string? CacheDirectoryName { get; set; }

    /// <summary>
    /// Whether the final model is trained with the best trial's options on all rows, as an ensemble of as many members as the options set,
    /// or else of three or more: for all epochs, or for sequences whose metric follows the loss for as many as were best, with the whole
    /// learning rate schedule within them. A forecaster is measured on the held-out ends before it is trained on them. Default null: true
    /// if the validation rows were held out, false if they were given. Otherwise the model is the trial's, one network, or that of its
    /// first fold.
    /// </summary>
    public bool? Refit { get; set; }

    /// <summary>Executor of the trials. Default null: this process.</summary>
    public ITrialExecutor? Executor { get; set; }

    /// <summary>Ends the experiment as its time limit does: with the best model so far.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The options of trials where nothing else is chosen.</summary>
    internal abstract RnnTrainingOptions TrainingOptions { get; }

    /// <summary>Checks the settings common to all experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; the message names it.</exception>
    internal void Check(IExceptionContext ectx)
    {
        if (MaxExperimentTimeInSeconds == 0)
            throw ectx.ExceptUserArg(nameof(MaxExperimentTimeInSeconds), "MaxExperimentTimeInSeconds is 0; it must be at least 1.");
        OptionsCheck.AtLeast(ectx, MaxModels, 1, nameof(MaxModels));
        if (MaxEpochs is int epochs)
            OptionsCheck.AtLeast(ectx, epochs, 1, nameof(MaxEpochs));
        OptionsCheck.Defined(ectx, Search, nameof(Search));
        if (ConcurrentTrials is int trials)
            OptionsCheck.AtLeast(ectx, trials, 1, nameof(ConcurrentTrials));
        if (CacheDirectoryName is not null && string.IsNullOrWhiteSpace(CacheDirectoryName))
            throw ectx.ExceptUserArg(
                nameof(CacheDirectoryName),
                "CacheDirectoryName is empty; it must name a folder, or be null for no journal."
            );
        if (TrainingOptions is null)
            throw ectx.ExceptUserArg("Options", "Options is null; it must hold the options that trials have where nothing else is chosen.");
    }
}

/// <summary>Settings of experiments with classifiers and regressions.</summary>
public abstract class SequenceExperimentSettings : ExperimentSettings
{
    private protected SequenceExperimentSettings() { }

    /// <summary>
    /// Number of folds of the rows, each of which is held out once: a trial that is not discarded before is trained once per fold, and
    /// measured on all rows. Default null: 5 below 15,000 rows, fewer if the time is short; otherwise, and with 1, the options'
    /// ValidationFraction is held out. No effect if validation rows are given.
    /// </summary>
    public int? Folds { get; set; }
}

/// <summary>Settings of an experiment with classifiers of sequences.</summary>
public sealed class MulticlassExperimentSettings : SequenceExperimentSettings
{
    /// <summary>Metric that compares trials. Default <see cref="MulticlassClassificationMetric.MicroAccuracy"/>.</summary>
    public MulticlassClassificationMetric OptimizingMetric { get; set; } = MulticlassClassificationMetric.MicroAccuracy;

    /// <summary>
    /// The columns, and the options that are not searched; also the first trial. Default those of the trainer: null is chosen from the
    /// rows. A trial is a single network. The final model, trained on all rows, has EnsembleSize members; if that is null, as many as Fit
    /// trains on so many rows, at least 3.
    /// </summary>
    public RnnMulticlassTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>Settings of an experiment with binary classifiers of sequences.</summary>
public sealed class BinaryExperimentSettings : SequenceExperimentSettings
{
    /// <summary>Metric that compares trials. Default <see cref="BinaryClassificationMetric.Accuracy"/>.</summary>
    public BinaryClassificationMetric OptimizingMetric { get; set; } = BinaryClassificationMetric.Accuracy;

    /// <inheritdoc cref="MulticlassExperimentSettings.Options"/>
    public RnnBinaryTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>Settings of an experiment with multi-label classifiers of sequences.</summary>
public sealed class MultiLabelExperimentSettings : SequenceExperimentSettings
{
    /// <summary>
    /// Metric that compares trials. Default <see cref="MultiLabelMetric.MicroF1"/>. Unless the options set a Threshold, it is computed with
    /// thresholds chosen for each label on half of the held-out rows and applied to the other half.
    /// </summary>
    public MultiLabelMetric OptimizingMetric { get; set; } = MultiLabelMetric.MicroF1;

    /// <inheritdoc cref="MulticlassExperimentSettings.Options"/>
    public RnnMultiLabelTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>Settings of an experiment with multi-label taggers of sequences.</summary>
public sealed class MultiLabelTaggingExperimentSettings : SequenceExperimentSettings
{
    /// <summary>
    /// Metric that compares trials, step by step. Default <see cref="MultiLabelMetric.MicroF1"/>. Unless the options set a Threshold, it is
    /// computed with thresholds chosen for each label on half of the held-out rows and applied to the other half.
    /// </summary>
    public MultiLabelMetric OptimizingMetric { get; set; } = MultiLabelMetric.MicroF1;

    /// <inheritdoc cref="MulticlassExperimentSettings.Options"/>
    public RnnMultiLabelTaggerTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>Settings of an experiment with sequence taggers.</summary>
public sealed class TaggingExperimentSettings : SequenceExperimentSettings
{
    /// <summary>
    /// Metric that compares trials, over the steps with a label. Default <see cref="TaggingMetric.Accuracy"/>. The predictions of a
    /// <see cref="RnnSequenceTaggerTrainer.Options.ConditionalRandomField"/> are its most probable sequences of tags.
    /// </summary>
    public TaggingMetric OptimizingMetric { get; set; } = TaggingMetric.Accuracy;

    /// <inheritdoc cref="MulticlassExperimentSettings.Options"/>
    public RnnSequenceTaggerTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>Settings of an experiment with regressions of one target.</summary>
public sealed class RegressionExperimentSettings : SequenceExperimentSettings
{
    /// <summary>Metric that compares trials. Default <see cref="RegressionMetric.RSquared"/>.</summary>
    public RegressionMetric OptimizingMetric { get; set; } = RegressionMetric.RSquared;

    /// <inheritdoc cref="MulticlassExperimentSettings.Options"/>
    public RnnRegressionTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>Settings of an experiment with forecasters.</summary>
public sealed class ForecastingExperimentSettings : ExperimentSettings
{
    /// <summary>
    /// Metric that compares trials, on the held-out end of each series. Default <see cref="ForecastingMetric.MeanAbsoluteError"/>.
    /// </summary>
    public ForecastingMetric OptimizingMetric { get; set; } = ForecastingMetric.MeanAbsoluteError;

    /// <summary>
    /// The columns, window and horizon, and the options that are not searched; also the first trial. Default those of the forecaster: null
    /// is chosen from the series.
    /// </summary>
    public RnnForecastingEstimator.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}
