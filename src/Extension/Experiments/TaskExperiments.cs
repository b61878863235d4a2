using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Experiments;

/// <summary>An experiment with classifiers of sequences. Created by <c>mlContext.Rnn().CreateMulticlassExperiment</c>.</summary>
public sealed class MulticlassExperiment : SequenceExperiment<MulticlassClassificationMetrics>
{
    private readonly MulticlassExperimentSettings _settings;

    internal MulticlassExperiment(MLContext context, MulticlassExperimentSettings settings)
        : base(context, settings, OptimizingMetrics.Of(settings.OptimizingMetric))
    {
        _settings = settings;
    }

    private protected override string TrainerName => nameof(RnnMulticlassTrainer);

    private protected override TrialObjective<MulticlassClassificationMetrics> Open(TrialData data) =>
        Open(data, _settings.Options, options => new RnnMulticlassTrainer(Host, options), new MulticlassMeasure(Context));
}

/// <summary>An experiment with binary classifiers of sequences. Created by <c>mlContext.Rnn().CreateBinaryExperiment</c>.</summary>
public sealed class BinaryExperiment : SequenceExperiment<BinaryClassificationMetrics>
{
    private readonly BinaryExperimentSettings _settings;

    internal BinaryExperiment(MLContext context, BinaryExperimentSettings settings)
        : base(context, settings, OptimizingMetrics.Of(settings.OptimizingMetric))
    {
        _settings = settings;
    }

    private protected override string TrainerName => nameof(RnnBinaryTrainer);

    private protected override TrialObjective<BinaryClassificationMetrics> Open(TrialData data) =>
        Open(data, _settings.Options, options => new RnnBinaryTrainer(Host, options), new BinaryMeasure(Context));
}

/// <summary>An experiment with multi-label classifiers of sequences. Created by
/// <c>mlContext.Rnn().CreateMultiLabelExperiment</c>.</summary>
public sealed class MultiLabelExperiment : SequenceExperiment<MultiLabelMetrics>
{
    private readonly MultiLabelExperimentSettings _settings;

    internal MultiLabelExperiment(MLContext context, MultiLabelExperimentSettings settings)
        : base(context, settings, OptimizingMetrics.Of(settings.OptimizingMetric))
    {
        _settings = settings;
    }

    private protected override string TrainerName => nameof(RnnMultiLabelTrainer);

    private protected override TrialObjective<MultiLabelMetrics> Open(TrialData data) =>
        Open(
            data,
            _settings.Options,
            options => new RnnMultiLabelTrainer(Host, options),
            new MultiLabelMeasure(_settings.Options.Threshold)
        );
}

/// <summary>An experiment with multi-label taggers of sequences. Created by
/// <c>mlContext.Rnn().CreateMultiLabelTaggingExperiment</c>.</summary>
public sealed class MultiLabelTaggingExperiment : SequenceExperiment<MultiLabelMetrics>
{
    private readonly MultiLabelTaggingExperimentSettings _settings;

    internal MultiLabelTaggingExperiment(MLContext context, MultiLabelTaggingExperimentSettings settings)
        : base(
            context,
            settings,
            OptimizingMetrics.Of(settings.OptimizingMetric),
            SearchSpace.ForTagging().Remove(nameof(RnnSequenceTaggerTrainer.Options.ConditionalRandomField))
        )
    {
        _settings = settings;
    }

    private protected override string TrainerName => nameof(RnnMultiLabelTaggerTrainer);

    private protected override TrialObjective<MultiLabelMetrics> Open(TrialData data) =>
        Open(
            data,
            _settings.Options,
            options => new RnnMultiLabelTaggerTrainer(Host, options),
            new MultiLabelMeasure(_settings.Options.Threshold)
        );
}

/// <summary>An experiment with sequence taggers. Created by <c>mlContext.Rnn().CreateTaggingExperiment</c>.</summary>
public sealed class TaggingExperiment : SequenceExperiment<SequenceTaggingMetrics>
{
    private readonly TaggingExperimentSettings _settings;

    internal TaggingExperiment(MLContext context, TaggingExperimentSettings settings)
        : base(context, settings, OptimizingMetrics.Of(settings.OptimizingMetric), SearchSpace.ForTagging())
    {
        _settings = settings;
    }

    private protected override string TrainerName => nameof(RnnSequenceTaggerTrainer);

    private protected override TrialObjective<SequenceTaggingMetrics> Open(TrialData data) =>
        Open(data, _settings.Options, NewTrainer, new TaggingMeasure(_settings.OptimizingMetric));

    private RnnSequenceTaggerTrainer NewTrainer(RnnSequenceTaggerTrainer.Options options)
    {
        if (options is { Calibrate: true, ConditionalRandomField: true })
            throw Host.ExceptUserArg(
                nameof(options.Calibrate),
                "Calibrate is true, but ConditionalRandomField is true, whose temperature Fit finds and an experiment does not: leave "
                    + "Calibrate null, or train the experiment's best options by Fit."
            );
        return new RnnSequenceTaggerTrainer(Host, options);
    }
}

/// <summary>An experiment with regressions of one target. Created by <c>mlContext.Rnn().CreateRegressionExperiment</c>.</summary>
public sealed class RegressionExperiment : SequenceExperiment<RegressionMetrics>
{
    private readonly RegressionExperimentSettings _settings;

    internal RegressionExperiment(MLContext context, RegressionExperimentSettings settings)
        : base(context, settings, OptimizingMetrics.Of(settings.OptimizingMetric))
    {
        _settings = settings;
    }

    private protected override string TrainerName => nameof(RnnRegressionTrainer);

    private protected override TrialObjective<RegressionMetrics> Open(TrialData data) =>
        Open(data, _settings.Options, options => new RnnRegressionTrainer(Host, options), new RegressionMeasure(Context));
}

/// <summary>An experiment with forecasters of time series. Created by <c>mlContext.Rnn().CreateForecastingExperiment</c>.</summary>
public sealed class ForecastingExperiment : Experiment<ForecastMetrics>
{
    private readonly ForecastingExperimentSettings _settings;

    internal ForecastingExperiment(MLContext context, ForecastingExperimentSettings settings)
        : base(context, settings, SearchSpace.ForForecasting(settings.Options?.WindowSize), OptimizingMetrics.Of(settings.OptimizingMetric))
    {
        _settings = settings;
    }

    /// <summary>
    /// Searches, and compares trials on the end of each series, as the options' ValidationFraction defines; no trial is trained on it.
    /// </summary>
    /// <param name="trainData">The rows, each a time step of a series. They are read once.</param>
    /// <param name="preFeaturizer">A pipeline to be fitted to the rows first; it becomes part of the model. Null for none.</param>
    /// <param name="progressHandler">Receives each trial that has ended or was discarded, on the executing thread. Null for none.</param>
    /// <returns>The trials, and the best one with its model, whose intervals are calibrated on the same end.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">No trial could be trained, steps are missing or irregular, or the folder belongs to
    /// another experiment.</exception>
    /// <exception cref="TimeoutException">The time was too short to measure a single trial.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before a trial was measured.</exception>
    public ExperimentResult<ForecastMetrics> Execute(
        IDataView trainData,
        IEstimator<ITransformer>? preFeaturizer = null,
        IProgress<RunDetail<ForecastMetrics>>? progressHandler = null
    ) => Run(trainData, null, null, preFeaturizer, progressHandler);

    /// <summary>
    /// Creates a worker for the tasks of the same experiment in another process: it needs the same rows and settings, including the seed.
    /// </summary>
    /// <param name="trainData">The rows.</param>
    /// <param name="preFeaturizer">The pipeline that is fitted to the rows first; null for none.</param>
    /// <returns>The worker, with the series read.</returns>
    public TrialWorker OpenWorker(IDataView trainData, IEstimator<ITransformer>? preFeaturizer = null) =>
        NewWorker(trainData, null, null, preFeaturizer);

    private protected override string TrainerName => nameof(RnnForecastingEstimator);

    private protected override TrialObjective<ForecastMetrics> Open(TrialData data)
    {
        var own = (RnnForecastingEstimator.Options)_settings.Options.Clone();
        Estimators.ContextDevice.Apply(Host, own);
        (own.CancellationToken, own.Seed) = (data.Cancellation, data.Seed);
        return new ForecastObjective(
            Host,
            own,
            options => new RnnForecastingEstimator(Host, options),
            data.Rows,
            _settings.MaxEpochs,
            _settings.Refit ?? true,
            data.Seed
        );
    }
}
