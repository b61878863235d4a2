using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Experiments;

/// <summary>An experiment with classifiers or regressions of sequences.</summary>
/// <typeparam name="TMetrics">ML.NET's metrics of the task.</typeparam>
public abstract class SequenceExperiment<TMetrics> : Experiment<TMetrics>
    where TMetrics : class
{
    private protected SequenceExperiment(
        MLContext context,
        SequenceExperimentSettings settings,
        OptimizingMetric<TMetrics> metric,
        SearchSpace? usual = null
    )
        : base(context, settings, usual ?? SearchSpace.ForSequences(), metric)
    {
        if (settings.Folds is int folds)
            Estimators.OptionsCheck.AtLeast(Host, folds, 1, nameof(settings.Folds));
    }

    /// <summary>Searches, and holds rows out of the training data to compare trials.</summary>
    /// <param name="trainData">The rows. They are read once.</param>
    /// <param name="labelColumnName">Name of the label column; null for that of the settings' Options.</param>
    /// <param name="preFeaturizer">A pipeline to be fitted to the rows first, which creates the sequence and label columns; it becomes part
    /// of the model. Null for none.</param>
    /// <param name="progressHandler">Receives each trial that has ended or was discarded, on the executing thread. Null for none.</param>
    /// <returns>The trials, and the best one with its model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">No row can be trained on, no trial could be trained, or the folder belongs to another
    /// experiment.</exception>
    /// <exception cref="TimeoutException">The time was too short to measure a single trial.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before a trial was measured.</exception>
    public ExperimentResult<TMetrics> Execute(
        IDataView trainData,
        string? labelColumnName = null,
        IEstimator<ITransformer>? preFeaturizer = null,
        IProgress<RunDetail<TMetrics>>? progressHandler = null
    ) => Run(trainData, null, labelColumnName, preFeaturizer, progressHandler);

    /// <summary>Searches, and compares trials on given validation rows.</summary>
    /// <param name="trainData">The rows to train on. They are read once.</param>
    /// <param name="validationData">The rows to compare trials on; null to hold out some of the others.</param>
    /// <param name="labelColumnName">Name of the label column; null for that of the settings' Options.</param>
    /// <param name="preFeaturizer">A pipeline to be fitted to the training rows first, which creates the sequence and label columns; it
    /// becomes part of the model. Null for none.</param>
    /// <param name="progressHandler">Receives each trial that has ended or was discarded, on the executing thread. Null for none.</param>
    /// <returns>The trials, and the best one with its model.</returns>
    /// <inheritdoc cref="Execute(IDataView, string, IEstimator{ITransformer}, IProgress{RunDetail{TMetrics}})" path="/exception"/>
    public ExperimentResult<TMetrics> Execute(
        IDataView trainData,
        IDataView? validationData,
        string? labelColumnName = null,
        IEstimator<ITransformer>? preFeaturizer = null,
        IProgress<RunDetail<TMetrics>>? progressHandler = null
    ) => Run(trainData, validationData, labelColumnName, preFeaturizer, progressHandler);

    /// <summary>
    /// Creates a worker for the tasks of the same experiment in another process: it needs the same rows and settings, including the seed.
    /// </summary>
    /// <param name="trainData">The rows to train on.</param>
    /// <param name="validationData">The rows to compare trials on; null if some of the others are held out.</param>
    /// <param name="labelColumnName">Name of the label column; null for that of the settings' Options.</param>
    /// <param name="preFeaturizer">The pipeline that is fitted to the rows first; null for none.</param>
    /// <returns>The worker, with the rows read.</returns>
    public TrialWorker OpenWorker(
        IDataView trainData,
        IDataView? validationData = null,
        string? labelColumnName = null,
        IEstimator<ITransformer>? preFeaturizer = null
    ) => NewWorker(trainData, validationData, labelColumnName, preFeaturizer);

    private protected TrialObjective<TMetrics> Open<TOptions>(
        TrialData data,
        TOptions options,
        Func<TOptions, Estimators.ISequenceTrainer> newTrainer,
        ISequenceMeasure<TMetrics> measure
    )
        where TOptions : RnnOptions
    {
        var own = (TOptions)options.Clone();
        Estimators.ContextDevice.Apply(Host, own);
        own.LabelColumnName = data.LabelColumnName ?? own.LabelColumnName;
        IDataView? validation = data.Validation ?? own.ValidationSet;
        (own.ValidationSet, own.CancellationToken, own.Seed) = (null, data.Cancellation, data.Seed);
        // The epoch of the lowest loss is not that of the best metric, so a trial is measured at the end of its schedule.
        if (!Metric.FollowsLoss && own.EarlyStoppingPatience is null)
            (own.EarlyStoppingPatience, own.RestoreBestWeights) = (0, false);
        var settings = (SequenceExperimentSettings)Settings;
        return new SequenceObjective<TMetrics>(
            Host,
            own,
            anyOptions => newTrainer((TOptions)anyOptions),
            measure,
            data.Rows,
            validation,
            settings.Folds,
            settings.MaxEpochs,
            settings.Refit,
            data.Seed
        );
    }
}
