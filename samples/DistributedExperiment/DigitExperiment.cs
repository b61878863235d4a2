using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using RnnMlNet;
using RnnMlNet.Experiments;
using Samples.Quickstart;

namespace Samples.DistributedExperiment;

/// <summary>The experiment, the same in every process: its rows, its settings and its seed.</summary>
internal sealed class DigitExperiment
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _images;
    private readonly MulticlassExperimentSettings _settings;

    /// <param name="folder">The folder of its journal; null for a worker.</param>
    /// <param name="executor">Runs its trials; null for this process.</param>
    /// <param name="cancellation">Ends it.</param>
    public DigitExperiment(string? folder = null, ITrialExecutor? executor = null, CancellationToken cancellation = default)
    {
        _images = _ml.Data.LoadFromTextFile<DigitImage>(Path.Combine(AppContext.BaseDirectory, "data", "digits.csv"), separatorChar: ',');
        _settings = new MulticlassExperimentSettings
        {
            // A number of trials ends the search, not a time: the progress in a time depends on the machine.
            MaxModels = 10,
            // Reached only where all workers are lost.
            MaxExperimentTimeInSeconds = 600,
            MaxEpochs = 9,
            Folds = 1,
            Seed = 1,
            OptimizingMetric = MulticlassClassificationMetric.LogLoss,
            SearchSpace = new SearchSpace()
                .Choice(nameof(RnnOptions.Cell), CellKind.Gru, CellKind.Lstm)
                .Choice(nameof(RnnOptions.Bidirectional), false, true)
                .Range(nameof(RnnOptions.HiddenSize), 8, 32, step: 8)
                .Range(nameof(RnnOptions.LearningRate), 1e-3, 2e-2, isLogarithmic: true)
                .Choice(nameof(RnnOptions.BatchSize), 32, 64),
            CacheDirectoryName = folder,
            Executor = executor,
            CancellationToken = cancellation,
        };
        _settings.Options.FeatureColumnName = nameof(DigitImage.Pixels);
        _settings.Options.FeaturesPerStep = 8;
        _settings.Options.HiddenSize = 16;
    }

    /// <summary>Searches.</summary>
    public ExperimentResult<MulticlassClassificationMetrics> Execute() => Experiment().Execute(_images, preFeaturizer: Labels());

    /// <summary>Opens a worker for its trials.</summary>
    public TrialWorker OpenWorker() => Experiment().OpenWorker(_images, preFeaturizer: Labels());

    /// <summary>A model's scores of all images.</summary>
    public float[] Scores(ITransformer model) => [.. model.Transform(_images).GetColumn<float[]>("Score").SelectMany(scores => scores)];

    private MulticlassExperiment Experiment() => _ml.Rnn().CreateMulticlassExperiment(_settings);

    private ValueToKeyMappingEstimator Labels() =>
        _ml.Transforms.Conversion.MapValueToKey(
            "Label",
            nameof(DigitImage.Digit),
            keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue
        );
}
