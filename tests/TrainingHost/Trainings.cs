using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Experiments;
using RnnMlNet.Training;

namespace TrainingHost;

/// <summary>
/// Small trainings that between them have all there is to be kept: dropout, moments of each kind, schedules, early stopping, the best
/// epoch's weights, scaling. Compiled into the tests as well.
/// </summary>
internal static class Trainings
{
    /// <summary>Whether a log message is one that the application prints: training begins, is resumed, or has completed an epoch.</summary>
    public static bool IsTold(string message) =>
        message.StartsWith("Training on", StringComparison.Ordinal) || TellsOfResuming(message) || TellsOfAnEpoch(message);

    /// <summary>Whether a log message reports a complete epoch.</summary>
    public static bool TellsOfAnEpoch(string message) =>
        message.StartsWith("Epoch", StringComparison.Ordinal)
        || (message.StartsWith("Training network", StringComparison.Ordinal) && message.Contains(": epoch ", StringComparison.Ordinal));

    /// <summary>Whether a log message reports that training is resumed from a checkpoint.</summary>
    public static bool TellsOfResuming(string message) => message.StartsWith("Resuming from", StringComparison.Ordinal);

    /// <param name="ml">The context.</param>
    /// <param name="task"><c>multiclass</c>, <c>binary</c> or <c>regression</c>.</param>
    /// <param name="checkpoint">A file for a checkpoint after every batch, or null for none.</param>
    public static IEstimator<ITransformer> Trainer(MLContext ml, string task, string? checkpoint) =>
        task switch
        {
            "multiclass" => ml.MulticlassClassification.Trainers.Rnn(Multiclass(checkpoint)),
            "binary" => ml.BinaryClassification.Trainers.Rnn(Binary(checkpoint)),
            _ => ml.Regression.Trainers.Rnn(Regression(checkpoint)),
        };

    /// <summary>A search of a few dozen short trainings.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="folder">The folder of its journal; null for none.</param>
    /// <param name="executor">Runs the trials; null for this process.</param>
    public static MulticlassExperiment Experiment(MLContext ml, string? folder, ITrialExecutor? executor)
    {
        var settings = new MulticlassExperimentSettings
        {
            MaxModels = 12,
            MaxEpochs = 27,
            Folds = 2,
            Seed = 1,
            CacheDirectoryName = folder,
            Executor = executor,
            SearchSpace = new SearchSpace()
                .Choice("Cell", CellKind.Gru, CellKind.Lstm)
                .Range("HiddenSize", 4, 24)
                .Range("LearningRate", 1e-3, 0.1, isLogarithmic: true)
                .Range("HeadDropout", 0, 0.5),
        };
        (
            settings.Options.LabelColumnName,
            settings.Options.FeatureColumnName,
            settings.Options.FeaturesPerStep,
            settings.Options.HiddenSize
        ) = ("ClassKey", "Ragged", 2, 4);
        settings.Options.Device = "cpu";
        return ml.Rnn().CreateMulticlassExperiment(settings);
    }

    private static RnnMulticlassTrainer.Options Multiclass(string? checkpoint)
    {
        var options = new RnnMulticlassTrainer.Options
        {
            LabelColumnName = "ClassKey",
            FeatureColumnName = "Ragged",
            FeaturesPerStep = 2,
            Cell = CellKind.Lstm,
            Layers = 2,
            Bidirectional = true,
            Dropout = 0.2f,
            InputDropout = 0.1f,
            HeadDropout = 0.2f,
            LearningRateSchedule = LearningRateSchedule.OneCycle,
            EarlyStoppingPatience = 0,
        };
        SetCommon(options, checkpoint);
        return options;
    }

    private static RnnBinaryTrainer.Options Binary(string? checkpoint)
    {
        var options = new RnnBinaryTrainer.Options
        {
            LabelColumnName = "Positive",
            FeatureColumnName = "Tokens",
            EmbeddingSize = 3,
            ExampleWeightColumnName = "Weight",
            Cell = CellKind.Gru,
            Optimizer = OptimizerKind.RmsProp,
            HeadHiddenSizes = [5],
            HeadDropout = 0.3f,
            LearningRateSchedule = LearningRateSchedule.Cosine,
            ValidationFraction = 0,
        };
        SetCommon(options, checkpoint);
        return options;
    }

    private static RnnRegressionTrainer.Options Regression(string? checkpoint)
    {
        var options = new RnnRegressionTrainer.Options
        {
            LabelColumnName = "Targets",
            FeatureColumnName = "Matrix",
            Cell = CellKind.Elman,
            Optimizer = OptimizerKind.Sgd,
            WeightDecay = 0.01f,
            RecurrentDropout = 0.2f,
            InputDropout = 0.1f,
            LearningRateSchedule = LearningRateSchedule.ReduceOnPlateau,
            EarlyStoppingPatience = 30,
        };
        SetCommon(options, checkpoint);
        return options;
    }

    private static void SetCommon(RnnOptions options, string? checkpoint)
    {
        options.HiddenSize = 4;
        options.BatchSize = 8;
        options.MaxEpochs = 40;
        options.Device = "cpu";
        options.Seed = 1;
        options.CheckpointPath = checkpoint;
        options.CheckpointInterval = TimeSpan.Zero;
    }
}
