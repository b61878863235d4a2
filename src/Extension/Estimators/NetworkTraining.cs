using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>One training on rows that have been read: the network that the options ask for, the plan of its training, and the engine that computes it.</summary>
internal sealed class NetworkTraining : IDisposable
{
    private readonly CancellationToken _cancellation;
    private readonly LabelBinding _label;

    /// <param name="host">Whose errors.</param>
    /// <param name="log">Is told what could not be done as asked.</param>
    /// <param name="options">What to train, and how.</param>
    /// <param name="task">What is to be learnt.</param>
    /// <param name="rows">What was read.</param>
    /// <param name="training">Those of the rows to train on.</param>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="seed">Of weights, order and dropout.</param>
    /// <param name="warmStart">The network to go on from; null for random weights.</param>
    public NetworkTraining(
        IHost host, IChannel log, RnnOptions options, TaskSpec task, FitRows rows, SequenceSet training, SequenceSet? validation, int seed, WarmStart? warmStart = null)
    {
        _cancellation = options.CancellationToken;
        _label = rows.Label;
        Training = training;
        Validation = validation;
        Shape = ShapeOf(options, task, rows.Sequence, rows.Label);
        Plan = FitPlan.Of(options, task.Loss, validation is not null, seed) with
        {
            MetricUnit = MetricUnits.Of(task, rows.Label, options.ExampleWeightColumnName is not null),
            FeatureScaling = warmStart is null ? LearntScaling(options, training) : warmStart.FeatureScaling,
            ClassWeights = ClassWeights.Of(host, task.ClassWeighting, training, rows.Label),
            LabelScaling = warmStart is null ? LearntLabelScaling(task, training) : warmStart.LabelScaling(() => LearntLabelScaling(task, training)),
        };
        Engine = NewEngine(log, options, task, Shape, seed, warmStart);
    }

    public SequenceSet Training { get; }

    public SequenceSet? Validation { get; }

    public NetworkShape Shape { get; }

    public TrainingPlan Plan { get; }

    public ITrainingEngine Engine { get; }

    /// <summary>The network that options ask for.</summary>
    public static NetworkShape ShapeOf(RnnOptions options, TaskSpec task, SequenceBinding sequence, LabelBinding label) => new()
    {
        Cell = options.Cell,
        CustomCell = options.CustomCell,
        Features = sequence.Features,
        Vocabulary = sequence.Vocabulary,
        EmbeddingSize = sequence.Vocabulary > 0 ? options.EmbeddingSize : 0,
        HiddenSize = options.HiddenSize,
        Layers = options.Layers,
        Bidirectional = options.Bidirectional,
        Pooling = task.IsPerStep ? 0 : options.Pooling,
        HeadHiddenSizes = [.. options.HeadHiddenSizes],
        Outputs = task.Loss == LossKind.CrossEntropy ? label.Classes : label.Width,
    };

    /// <summary>The loop, not yet run.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="checkpoints">Where its state is kept; null for nowhere.</param>
    /// <param name="pauseAfter">The epoch after which it ends early; null for none.</param>
    public TrainingLoop Loop(ITrainingObserver observer, ICheckpoints? checkpoints = null, int? pauseAfter = null) =>
        new(Engine, Plan, Shape.Outputs, Training, Validation, observer, _cancellation) { Checkpoints = checkpoints, PauseAfter = pauseAfter };

    /// <summary>What was learnt.</summary>
    /// <param name="result">What the loop came to.</param>
    public TrainedNetwork Network(TrainingResult result) => new(Shape, result.Weights, Plan.FeatureScaling, Plan.LabelScaling, result.History)
    {
        HasVectorLabel = _label.Kind == LabelKind.Numbers && _label.Column.Type is VectorDataViewType,
    };

    public void Dispose() => Engine.Dispose();

    private static FeatureScaling? LearntScaling(RnnOptions options, SequenceSet training) => options.Normalize && !training.Store.UsesTokens ? ScalingLearner.Learn(training) : null;

    private static FeatureScaling? LearntLabelScaling(TaskSpec task, SequenceSet training) => task.NormalizeLabel ? ScalingLearner.LearnLabels(training) : null;

    private static ITrainingEngine NewEngine(IChannel log, RnnOptions options, TaskSpec task, NetworkShape shape, int seed, WarmStart? warmStart)
    {
        NetworkWeights fresh = WeightInitializer.Create(shape, options.ForgetBias, seed);
        return FitEngine.Create(log, options, seed, new EngineSettings
        {
            Shape = shape,
            InitialWeights = warmStart?.Onto(fresh) ?? fresh,
            Loss = task.Loss,
            LabelSmoothing = task.LabelSmoothing,
            Dropout = options.Dropout,
            RecurrentDropout = options.RecurrentDropout,
            InputDropout = options.InputDropout,
            HeadDropout = options.HeadDropout,
            Precision = options.TrainingPrecision,
        });
    }
}
