using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// One Fit, from the columns to the trained network: read the rows once, hold out validation rows, learn the scaling, build the
/// network and its engine, run the loop. It keeps nothing, so a trainer can be fitted any number of times.
/// </summary>
internal sealed class NetworkFit(IHost host, RnnOptions options, SequenceColumns columns, TaskSpec task, int seed)
{
    public TrainedNetwork Run(IDataView data, IDataView? validationData)
    {
        using IChannel log = host.Start("Training");
        var binding = SequenceBinding.Bind(host, data.Schema, columns);
        var label = LabelBinding.Bind(host, data.Schema, options.LabelColumnName, task.Label);
        var settings = StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory);

        using SequenceStore store = Read(data, binding, label, settings);
        using SequenceStore? validationStore = ReadValidation(validationData, binding, label, settings.Beside(store.MemoryBytes));
        var (training, validation) = Split(store, validationStore);
        CheckLabels(log, training, label);

        NetworkShape shape = Shape(binding, label);
        TrainingPlan plan = Plan(training, validation);
        using ITrainingEngine engine = CreateEngine(log, shape);
        log.Info($"Training on {training.Rows.Length} rows, validating on {validation?.Rows.Length ?? 0}, {engine.Description}.");

        using var observer = new FitObserver(host, log, options);
        TrainingResult result = new TrainingLoop(engine, plan, shape.Outputs, training, validation, observer, options.CancellationToken).Run();
        return new TrainedNetwork(shape, result.Weights, plan.FeatureScaling, plan.LabelScaling, result.History)
        {
            HasVectorLabel = label.Column.Type is VectorDataViewType,
        };
    }

    private SequenceStore? ReadValidation(IDataView? data, SequenceBinding trained, LabelBinding trainedLabel, StoreSettings settings)
    {
        if (data is null)
            return null;
        var binding = SequenceBinding.Bind(host, data.Schema, columns);
        var label = LabelBinding.Bind(host, data.Schema, options.LabelColumnName, task.Label);
        if ((binding.Features, binding.Vocabulary) != (trained.Features, trained.Vocabulary))
            throw host.ExceptSchemaMismatch(nameof(RnnOptions.ValidationSet), "feature", columns.Names[0], trained.Describe(), binding.Describe());
        if ((label.Width, label.Classes) != (trainedLabel.Width, trainedLabel.Classes))
            throw host.ExceptSchemaMismatch(nameof(RnnOptions.ValidationSet), "label", options.LabelColumnName, trainedLabel.Describe(), label.Describe());
        return Read(data, binding, label, settings);
    }

    private SequenceStore Read(IDataView data, SequenceBinding binding, LabelBinding label, StoreSettings settings) =>
        SequenceStore.Read(host, data, binding, label, options.ExampleWeightColumnName, settings, options.CancellationToken);

    private (SequenceSet Training, SequenceSet? Validation) Split(SequenceStore store, SequenceStore? validationStore)
    {
        if (validationStore is not null)
            return (SequenceSet.All(store), SequenceSet.All(validationStore));
        if (options.ValidationFraction == 0)
            return (SequenceSet.All(store), null);
        var (training, validation) = ValidationSplit.Split(store, options.ValidationFraction, task.IsClassification, seed);
        return (new SequenceSet(store, training), new SequenceSet(store, validation));
    }

    private void CheckLabels(IChannel log, SequenceSet training, LabelBinding label)
    {
        if (task.IsClassification)
            CheckClasses(log, training, label);
        else
            CheckTargets(log, training, label);
    }

    private void CheckClasses(IChannel log, SequenceSet training, LabelBinding label)
    {
        var present = new bool[label.Classes];
        foreach (int row in training.Rows)
            present[(int)training.Store.Label(row)[0]] = true;
        int classes = present.Count(p => p);
        if (classes < 2)
            throw host.Except($"The training rows hold one class only of the label column '{options.LabelColumnName}': a classifier needs rows of at least two classes.");
        if (classes < present.Length)
            log.Warning($"{present.Length - classes} of the {present.Length} classes of the label column '{options.LabelColumnName}' have no training row; the model will hardly ever predict them.");
    }

    private void CheckTargets(IChannel log, SequenceSet training, LabelBinding label)
    {
        for (int target = 0; target < label.Width; target++)
        {
            float first = training.Store.Label(training.Rows[0])[target];
            if (training.Rows.All(row => training.Store.Label(row)[target] == first))
                log.Warning($"The label column '{options.LabelColumnName}' is {first} in every training row{(label.Width > 1 ? $" (target {target})" : "")}: there is nothing to learn from it.");
        }
    }

    private NetworkShape Shape(SequenceBinding binding, LabelBinding label) => new()
    {
        Cell = options.Cell,
        CustomCell = options.CustomCell,
        Features = binding.Features,
        Vocabulary = binding.Vocabulary,
        EmbeddingSize = binding.Vocabulary > 0 ? options.EmbeddingSize : 0,
        HiddenSize = options.HiddenSize,
        Layers = options.Layers,
        Bidirectional = options.Bidirectional,
        Pooling = options.Pooling,
        HeadHiddenSizes = [.. options.HeadHiddenSizes],
        Outputs = task.Loss == LossKind.CrossEntropy ? label.Classes : label.Width,
    };

    private TrainingPlan Plan(SequenceSet training, SequenceSet? validation) => new()
    {
        Loss = task.Loss,
        MaxEpochs = options.MaxEpochs,
        BatchSize = options.BatchSize,
        LearningRate = options.LearningRate,
        Schedule = options.LearningRateSchedule,
        Patience = options.EarlyStoppingPatience ?? (validation is null ? 0 : DefaultPatience),
        MinDelta = options.EarlyStoppingMinDelta,
        RestoreBest = options.RestoreBestWeights,
        Seed = seed,
        FeatureScaling = options.Normalize && !training.Store.UsesTokens ? ScalingLearner.Learn(training) : null,
        LabelScaling = task.NormalizeLabel ? ScalingLearner.LearnLabels(training) : null,
        OnCancellation = options.OnCancellation,
    };

    private const int DefaultPatience = 10;

    private ITrainingEngine CreateEngine(IChannel log, NetworkShape shape)
    {
        var settings = new EngineSettings
        {
            Shape = shape,
            InitialWeights = WeightInitializer.Create(shape, options.ForgetBias, seed),
            Loss = task.Loss,
            Optimizer = options.Optimizer,
            Momentum = options.Momentum,
            WeightDecay = options.WeightDecay,
            GradientClipNorm = options.GradientClipNorm,
            Dropout = options.Dropout,
            InputDropout = options.InputDropout,
            HeadDropout = options.HeadDropout,
            Seed = seed,
            Device = options.Device,
            FallbackToCpu = options.FallbackToCpu,
            Threads = options.Threads,
        };
        ITrainingEngine engine = EngineFactory.Create(options.Engine, settings, out string? warning);
        if (warning is not null)
            log.Warning(warning);
        return engine;
    }
}
