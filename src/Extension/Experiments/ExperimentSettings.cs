using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;

namespace RnnMlNet.Experiments;

/// <summary>What all experiments are set by. Named as in ML.NET's AutoML where that has it too.</summary>
public abstract class ExperimentSettings
{
    /// <summary>A day.</summary>
    internal const uint UsualSeconds = 24 * 60 * 60;

    private protected ExperimentSettings() { }

    /// <summary>
    /// Seconds that the experiment may take, reading the rows and training the model on all of them included: a trial that is running then
    /// stops at its next batch. Default a day. Where it is less, the first epochs are timed, and where the time would not do to compare
    /// several trials, each gets fewer folds, and then fewer
    /// epochs. Only the fitting of a preFeaturizer cannot be stopped.
    /// </summary>
    public uint MaxExperimentTimeInSeconds { get; set; } = UsualSeconds;

    /// <summary>Trials at most. Default as many as the time allows.</summary>
    public int MaxModels { get; set; } = int.MaxValue;

    /// <summary>
    /// Epochs of a trial that goes on to its end; the options' own MaxEpochs is not looked at. Default null: for forecasts 27; else as many
    /// as a Fit chooses from the rows, and
    /// fewer where the time is short. Trials are compared after a 27th, a ninth and a third of them; where there are folds, on the first
    /// fold alone.
    /// </summary>
    public int? MaxEpochs { get; set; }

    /// <summary>How what to try is chosen, and for how long it is tried. Default <see cref="SearchMethod.Bohb"/>.</summary>
    public SearchMethod Search { get; set; } = SearchMethod.Bohb;

    /// <summary>
    /// What is chosen. Default null: the usual space of the task, <see cref="SearchSpace.ForSequences"/> or
    /// <see cref="SearchSpace.ForForecasting"/>.
    /// </summary>
    public SearchSpace? SearchSpace { get; set; }

    /// <summary>
    /// Seed of all that is drawn. Default null: drawn from the MLContext's own. The same seed, data and number of trials give the same
    /// trials and the same model, however many run side by side; where time ends the search, how far it comes depends on the machine.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Trials at a time. Default null: one a core, each computing with one thread, where training runs in C#; one on a GPU. An own
    /// <see cref="Executor"/> says so itself.
    /// </summary>
    public int? ConcurrentTrials { get; set; }

    /// <summary>
    /// A folder in which the experiment keeps what it has done, so that one that was cut off, however suddenly, goes on when it is executed
    /// again on the same data with the same settings: no trial's training is done twice, and its time counts. It is made where it is not
    /// there, and belongs to one experiment. Default null: nothing is kept.
    /// </summary>
    public string? CacheDirectoryName { get; set; }

    /// <summary>
    /// Whether the model is trained anew, with the best trial's options on all rows, as an ensemble of as many networks as the options say,
    /// or else of three or more: for all epochs, or, of sequences where the metric follows the loss, for as many as were best, with the
    /// whole learning rate schedule in them. A forecaster is measured on the held-out ends before it is trained on with them. Default null:
    /// true where what trials are compared by was held out of the rows, false where rows were given for it. Without it the model is that of
    /// the trial, one network, or of its first fold.
    /// </summary>
    public bool? Refit { get; set; }

    /// <summary>Where trials run. Default null: in this process.</summary>
    public ITrialExecutor? Executor { get; set; }

    /// <summary>Ends the experiment as its time limit does: with the best so far.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What trials have where nothing else is chosen.</summary>
    internal abstract RnnTrainingOptions TrainingOptions { get; }

    /// <summary>Checks the settings that all have.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the message names it.</exception>
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
                "CacheDirectoryName is empty; it must name a folder, or be null to keep nothing."
            );
        if (TrainingOptions is null)
            throw ectx.ExceptUserArg("Options", "Options is null; it must hold the options that trials have where nothing else is chosen.");
    }
}

/// <summary>What the experiments of classification and regression are set by beside that.</summary>
public abstract class SequenceExperimentSettings : ExperimentSettings
{
    private protected SequenceExperimentSettings() { }

    /// <summary>
    /// Folds of the rows, each of which is held out once: a trial that is not given up before is trained as many times, and measured on all
    /// rows. Default null: 5 where there are fewer than 15,000 rows, of which fewer
    /// are used where the time is short; else, and with 1, the options' ValidationFraction is held out. Without effect where there are rows
    /// to validate on.
    /// </summary>
    public int? Folds { get; set; }
}

/// <summary>What an experiment that classifies sequences is set by.</summary>
public sealed class MulticlassExperimentSettings : SequenceExperimentSettings
{
    /// <summary>What trials are compared by. Default <see cref="MulticlassClassificationMetric.MicroAccuracy"/>.</summary>
    public MulticlassClassificationMetric OptimizingMetric { get; set; } = MulticlassClassificationMetric.MicroAccuracy;

    /// <summary>
    /// The columns, and what trials have where nothing else is chosen: also the first trial. Default those of the trainer: what is null is
    /// chosen from the rows. A trial is of one
    /// network, and the model that is trained anew on all rows of as many as EnsembleSize says; where it is null, of as many as a Fit
    /// trains on so many rows, at least 3.
    /// </summary>
    public RnnMulticlassTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>What an experiment that tells two classes of sequences apart is set by.</summary>
public sealed class BinaryExperimentSettings : SequenceExperimentSettings
{
    /// <summary>What trials are compared by. Default <see cref="BinaryClassificationMetric.Accuracy"/>.</summary>
    public BinaryClassificationMetric OptimizingMetric { get; set; } = BinaryClassificationMetric.Accuracy;

    /// <inheritdoc cref="MulticlassExperimentSettings.Options"/>
    public RnnBinaryTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>What an experiment that predicts a number from a sequence is set by.</summary>
public sealed class RegressionExperimentSettings : SequenceExperimentSettings
{
    /// <summary>What trials are compared by. Default <see cref="RegressionMetric.RSquared"/>.</summary>
    public RegressionMetric OptimizingMetric { get; set; } = RegressionMetric.RSquared;

    /// <inheritdoc cref="MulticlassExperimentSettings.Options"/>
    public RnnRegressionTrainer.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}

/// <summary>What an experiment that forecasts is set by.</summary>
public sealed class ForecastingExperimentSettings : ExperimentSettings
{
    /// <summary>
    /// What trials are compared by, on the end of each series, which is held out. Default
    /// <see cref="ForecastingMetric.MeanAbsoluteError"/>.
    /// </summary>
    public ForecastingMetric OptimizingMetric { get; set; } = ForecastingMetric.MeanAbsoluteError;

    /// <summary>
    /// The columns, window and horizon, and what trials have where nothing else is chosen: also the first trial. Default those of the
    /// forecaster: what is null is chosen from the series.
    /// </summary>
    public RnnForecastingEstimator.Options Options { get; set; } = new();

    internal override RnnTrainingOptions TrainingOptions => Options;
}
