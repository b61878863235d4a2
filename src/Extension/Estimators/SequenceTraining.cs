using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Creates the trainings of networks on rows that have been read: all of equal sizes and scaling.</summary>
/// <param name="host">Creates the errors.</param>
/// <param name="log">Receives deviations from the options.</param>
/// <param name="options">The options.</param>
/// <param name="settings">The resolved options.</param>
/// <param name="task">The task.</param>
/// <param name="rows">The rows of the Fit.</param>
/// <param name="scaling">Rows that determine the standardisation of features and targets.</param>
/// <param name="warmStart">The model to continue from; null for random weights.</param>
internal sealed class SequenceTraining(
    IHost host,
    IChannel log,
    RnnOptions options,
    SequenceSettings settings,
    TaskSpec task,
    FitRows rows,
    SequenceSet scaling,
    SequenceWarmStart? warmStart = null
)
{
    private readonly InputScaling _input = warmStart is null
        ? Learnt(host, options, scaling, rows.Sequence, ShapeOf(options, settings, task, rows.Sequence, rows.Label))
        : warmStart.InputScaling;
    private readonly FeatureScaling? _labels = warmStart is null
        ? LearntLabels(task, scaling)
        : warmStart.LabelScaling(() => LearntLabels(task, scaling));

    private NetworkShape Shape { get; } = ShapeOf(options, settings, task, rows.Sequence, rows.Label);

    /// <summary>The network for the options.</summary>
    public static NetworkShape ShapeOf(
        RnnOptions options,
        SequenceSettings settings,
        TaskSpec task,
        SequenceBinding sequence,
        LabelBinding label
    )
    {
        if (task.IsChained && label.Classes > ShapeCheck.MostChained)
            throw Contracts.ExceptUserArg(
                nameof(RnnSequenceTaggerTrainer.Options.ConditionalRandomField),
                $"ConditionalRandomField is true, but there are {label.Classes} tags; it has weights for the pairs of at most "
                    + $"{ShapeCheck.MostChained}."
            );
        if (
            settings.Characters is { Alphabet.Length: int characters, Filters: int filters }
            && characters > CharacterShape.MostCharacters(filters)
        )
            throw Contracts.ExceptUserArg(
                nameof(options.CharacterFilters),
                $"CharacterFilters is {filters}, and the words have {characters} different characters; so many filters can read at most "
                    + $"{CharacterShape.MostCharacters(filters)}: set a smaller number."
            );
        return new()
        {
            Cell = settings.Cell,
            CustomCell = options.CustomCell,
            Features = (int)Math.Min(int.MaxValue, (long)sequence.Features * settings.PatchLength),
            PatchLength = settings.PatchLength,
            Convolutions = settings.Convolutions,
            StepColumns = sequence.StepColumns(settings.CategoryEmbeddingSize),
            StaticFeatures = sequence.Static.Width,
            StaticCategories = sequence.StaticCategories(settings.CategoryEmbeddingSize),
            StaticUse = settings.StaticUse,
            Vocabulary = sequence.Vocabulary,
            EmbeddingSize = settings.EmbeddingSize,
            Characters = settings.Characters,
            HiddenSize = settings.HiddenSize,
            Layers = settings.Layers,
            Bidirectional = settings.Bidirectional,
            ResidualConnections = settings.ResidualConnections,
            LayerNormalization = settings.LayerNormalization,
            Pooling = settings.Pooling,
            HeadHiddenSizes = settings.HeadHiddenSizes,
            IsChained = task.IsChained,
            Outputs = LossRegistry.Of(task.Loss).Outputs(label.Classes, label.Width),
        };
    }

    /// <summary>A training, not yet begun.</summary>
    /// <param name="training">Rows to train on.</param>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="start">The ensemble member, and the seed of weights, order and dropout.</param>
    public NetworkTraining New(SequenceSet training, SequenceSet? validation, NetworkStart start)
    {
        TrainingPlan plan = FitPlan.Of(options, settings, task.Loss, start.Seed) with
        {
            IsChained = task.IsChained,
            MetricUnit = MetricUnits.Of(task, rows.Label, options.ExampleWeightColumnName is not null),
            Encoder = _input.EncoderOf(Shape),
            ClassWeights = ClassWeights.Of(host, task.ClassWeighting, training, rows.Label),
            LabelScaling = _labels,
            Augmentation = AugmentationCheck.Of(options, settings.Augmentation) is AugmentationSettings changes
                ? new RowAugmentation(changes, Shape, start.Seed)
                : null,
        };
        ITrainingEngine engine = NewEngine(start);
        return new NetworkTraining(Shape, plan, engine, training, validation, options.CancellationToken)
        {
            Kind = "recurrent network",
            Detail = $" on {training.Rows.Length} rows, validating on {validation?.Rows.Length ?? 0}, {engine.Description}",
        };
    }

    /// <summary>The trained network.</summary>
    /// <param name="result">The result of a training.</param>
    public TrainedNetwork Network(TrainingResult result) =>
        new(Shape, result.Weights, _input.Steps, _labels, result.History)
        {
            HasVectorLabel = rows.Label.IsVector,
            CategoryScaling = _input.ByCategory,
            StaticScaling = _input.Static,
        };

    private static InputScaling Learnt(
        IExceptionContext host,
        RnnOptions options,
        SequenceSet scaling,
        SequenceBinding sequence,
        NetworkShape shape
    ) =>
        options.Normalize
            ? ScalingLearner.Learn(scaling, shape, CategoryChoice.Of(host, options.NormalizeBy, options.NormalizeByDecimals, sequence))
            : InputScaling.None;

    private static FeatureScaling? LearntLabels(TaskSpec task, SequenceSet scaling) =>
        task.NormalizeLabel ? ScalingLearner.LearnLabels(scaling) : null;

    private ITrainingEngine NewEngine(NetworkStart start)
    {
        NetworkWeights fresh = WeightInitializer.Create(
            Shape,
            options.ForgetBias,
            start.Seed,
            ThreadCount.Of(start.Threads ?? options.Threads),
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
                Shape = Shape,
                InitialWeights = warmStart?.Onto(fresh, start.Member) ?? rows.Pretrained?.Onto(host, fresh) ?? fresh,
                FreezesEmbeddings = options.FreezeEmbeddings,
                Loss = task.Loss,
                LabelSmoothing = task.LabelSmoothing,
                Precision = options.TrainingPrecision,
                Threads = start.Threads,
            }
        );
    }
}
