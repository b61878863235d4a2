using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TrainingHost;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Experiments on a few rows.</summary>
internal abstract class ExperimentFixture
{
    private protected static readonly SearchSpace _space = new SearchSpace()
        .Choice("Cell", CellKind.Gru, CellKind.Lstm)
        .Range("HiddenSize", 4, 16)
        .Range("LearningRate", 3e-3, 0.1, isLogarithmic: true);

    private protected static IReadOnlyList<TrainingHistory> Histories(RunDetail<MulticlassClassificationMetrics> run) =>
        ((RnnMulticlassTransformer)run.Model!).Model.Histories;

    private protected static MulticlassExperiment Multiclass(MLContext ml, Action<MulticlassExperimentSettings>? change = null)
    {
        var settings = new MulticlassExperimentSettings();
        Set(settings, settings.Options);
        settings.Options.LabelColumnName = TinyData.ClassLabel;
        change?.Invoke(settings);
        return ml.Rnn().CreateMulticlassExperiment(settings);
    }

    private protected static void Set(SequenceExperimentSettings settings, RnnOptions options)
    {
        (settings.MaxModels, settings.MaxEpochs, settings.Folds, settings.Seed, settings.SearchSpace) = (30, 8, 2, 1, _space);
        (options.FeatureColumnName, options.HiddenSize, options.BatchSize, options.LearningRate, options.Device) = (
            nameof(SequenceRow.Matrix),
            8,
            8,
            0.02f,
            "cpu"
        );
    }

    private protected static (int, int, double, double?) Told(RunDetail<MulticlassClassificationMetrics> run) =>
        (run.Trial, run.Epochs, run.ValidationLoss, run.ValidationMetrics?.LogLoss);
}
