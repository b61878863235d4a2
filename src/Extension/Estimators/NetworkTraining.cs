using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// One training on rows that have been read: the network that the options ask for, the plan of its training, and the engine that computes
/// it.
/// </summary>
internal sealed class NetworkTraining : IDisposable
{
    private readonly CancellationToken _cancellation;
    private readonly LabelBinding _label;

    /// <param name="host">Whose errors.</param>
    /// <param name="log">Is told what could not be done as asked.</param>
    /// <param name="options">What to train, and how.</param>
    /// <param name="settings">What of that was chosen from the data.</param>
    /// <param name="task">What is to be learnt.</param>
    /// <param name="rows">What was read.</param>
    /// <param name="split">Rows to train and to validate on.</param>
    /// <param name="start">Which member of an ensemble it is, and the seed of weights, order and dropout.</param>
    /// <param name="warmStart">The network to go on from; null for random weights.</param>
    public NetworkTraining(
        IHost host,
        IChannel log,
        RnnOptions options,
        SequenceSettings settings,
        TaskSpec task,
        FitRows rows,
        TrainingSplit split,
        NetworkStart start,
        WarmStart? warmStart = null
    )
    {
        SequenceSet training = split.Training;
        _cancellation = options.CancellationToken;
        _label = rows.Label;
        Training = training;
        Validation = split.Validation;
        Shape = ShapeOf(options, settings, task, rows.Sequence, rows.Label);
        Plan = FitPlan.Of(options, settings, task.Loss, start.Seed) with
        {
            MetricUnit = MetricUnits.Of(task, rows.Label, options.ExampleWeightColumnName is not null),
            FeatureScaling = warmStart is null ? LearntScaling(options, split.Scaling) : warmStart.FeatureScaling,
            ClassWeights = ClassWeights.Of(host, task.ClassWeighting, training, rows.Label),
            LabelScaling = warmStart is null
                ? LearntLabelScaling(task, split.Scaling)
                : warmStart.LabelScaling(() => LearntLabelScaling(task, split.Scaling)),
        };
        Engine = NewEngine(host, log, options, settings, task, Shape, start, warmStart);
    }

    public SequenceSet Training { get; }

    public SequenceSet? Validation { get; }

    public NetworkShape Shape { get; }

    public TrainingPlan Plan { get; }

    public ITrainingEngine Engine { get; }

    /// <summary>The network that options ask for.</summary>
    public static NetworkShape ShapeOf(
        RnnOptions options,
        SequenceSettings settings,
        TaskSpec task,
        SequenceBinding sequence,
        LabelBinding label
    ) =>
        new()
        {
            Cell = settings.Cell,
            CustomCell = options.CustomCell,
            Features = (int)Math.Min(int.MaxValue, (long)sequence.Features * settings.PatchLength),
            PatchLength = settings.PatchLength,
            Vocabulary = sequence.Vocabulary,
            EmbeddingSize = settings.EmbeddingSize,
            HiddenSize = settings.HiddenSize,
            Layers = settings.Layers,
            Bidirectional = settings.Bidirectional,
            Pooling = settings.Pooling,
            HeadHiddenSizes = settings.HeadHiddenSizes,
            Outputs = task.Loss == LossKind.CrossEntropy ? label.Classes : label.Width,
        };

    /// <summary>The loop, not yet run.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="checkpoints">Where its state is kept; null for nowhere.</param>
    /// <param name="pauseAfter">The epoch after which it ends early; null for none.</param>
    public TrainingLoop Loop(ITrainingObserver observer, ICheckpoints? checkpoints = null, int? pauseAfter = null) =>
        new(Engine, Plan, Shape.Outputs, Training, Validation, observer, _cancellation)
        {
            Checkpoints = checkpoints,
            PauseAfter = pauseAfter,
        };

    /// <summary>What was learnt.</summary>
    /// <param name="result">What the loop came to.</param>
    public TrainedNetwork Network(TrainingResult result) =>
        new(Shape, result.Weights, Plan.FeatureScaling, Plan.LabelScaling, result.History)
        {
            HasVectorLabel = _label.Kind == LabelKind.Numbers && _label.Column.Type is VectorDataViewType,
        };

    public void Dispose() => Engine.Dispose();

    private static FeatureScaling? LearntScaling(RnnOptions options, SequenceSet training) =>
        options.Normalize && !training.Store.UsesTokens ? ScalingLearner.Learn(training) : null;

    private static FeatureScaling? LearntLabelScaling(TaskSpec task, SequenceSet training) =>
        task.NormalizeLabel ? ScalingLearner.LearnLabels(training) : null;

    private static ITrainingEngine NewEngine(
        IHost host,
        IChannel log,
        RnnOptions options,
        SequenceSettings settings,
        TaskSpec task,
        NetworkShape shape,
        NetworkStart start,
        WarmStart? warmStart
    )
    {
        int threads = ThreadCount.Of(start.Threads ?? options.Threads);
        NetworkWeights fresh = WeightInitializer.Create(
            shape,
            options.ForgetBias,
            start.Seed,
            threads,
            () =>
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                host.CheckAlive();
            }
        );
        return FitEngine.Create(
            log,
            options,
            settings,
            start.Seed,
            new EngineSettings
            {
                Shape = shape,
                InitialWeights = warmStart?.Onto(fresh, start.Number) ?? fresh,
                Loss = task.Loss,
                LabelSmoothing = task.LabelSmoothing,
                Dropout = settings.Dropout,
                RecurrentDropout = options.RecurrentDropout,
                InputDropout = settings.InputDropout,
                HeadDropout = settings.HeadDropout,
                Precision = options.TrainingPrecision,
                Threads = start.Threads,
            }
        );
    }
}
