using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
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
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>The trained network to go on from; null to begin with random weights.</summary>
    public WarmStart? WarmStart { get; init; }

    public TrainedNetwork Run(IDataView data, IDataView? validationData)
    {
        using IChannel log = host.Start("Training");
        var (binding, label, shape) = Bind(data);
        var settings = StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory);

        using SequenceStore store = Read(data, binding, label, settings);
        using SequenceStore? validationStore = ReadValidation(validationData, binding, label, settings.Beside(store.MemoryBytes));
        TrainingState? left = Checkpoints?.Begin(seed, Fingerprint(store, validationStore, binding, label), options.MaxEpochs);
        var (training, validation) = Split(store, validationStore);
        CheckLabels(log, training, label);
        int? shared = validation is null ? null : SharedRows.Count(training, validation);
        WarnOfShared(log, shared ?? 0, validation);

        TrainingPlan plan = Plan(training, validation, label);
        using ITrainingEngine engine = CreateEngine(log, shape);
        log.Info($"Training on {training.Rows.Length} rows, validating on {validation?.Rows.Length ?? 0}, {engine.Description}.");

        using var observer = new FitObserver(host, log, "Training the recurrent network", options.MaxEpochs, options.Progress);
        var loop = new TrainingLoop(engine, plan, shape.Outputs, training, validation, observer, options.CancellationToken) { Checkpoints = Checkpoints };
        if (left is not null)
            FitResumption.Resume(log, loop, left, options.CheckpointPath!, hasDropout: options.Dropout > 0 || options.InputDropout > 0 || options.HeadDropout > 0);
        TrainingResult result = loop.Run();
        // What was cancelled can be gone on with.
        if (result.History.StopReason != StopReason.Cancelled)
            Checkpoints?.Delete();
        return new TrainedNetwork(shape, result.Weights, plan.FeatureScaling, plan.LabelScaling, result.History with { ValidationRowsSeenInTraining = shared })
        {
            HasVectorLabel = label.Kind == LabelKind.Numbers && label.Column.Type is VectorDataViewType,
        };
    }

    /// <summary>A learning rate range test of the training that <see cref="Run"/> would begin, on the same rows; the trained network is thrown away.</summary>
    public LearningRateCurve TestRates(IDataView data, LearningRateRange range)
    {
        using IChannel log = host.Start("Learning rate range test");
        var (binding, label, shape) = Bind(data);
        using SequenceStore store = Read(data, binding, label, StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory));
        SequenceSet training = options.ValidationSet is null ? Split(store, validationStore: null).Training : SequenceSet.All(store);
        CheckLabels(log, training, label);
        training.CheckWeigh("training");

        TrainingPlan plan = Plan(training, validation: null, label);
        using ITrainingEngine engine = CreateEngine(log, shape);
        using var observer = new FitObserver(host, log, "Testing learning rates of the recurrent network", maxEpochs: 1, user: null);
        LearningRateCurve curve = new LearningRateRangeTest(new TrainingSteps(engine, plan, training), range, observer, options.CancellationToken).Run();
        log.Info($"{curve}.");
        return curve;
    }

    private (SequenceBinding, LabelBinding, NetworkShape) Bind(IDataView data)
    {
        var binding = SequenceBinding.Bind(host, data.Schema, columns);
        var label = LabelBinding.Bind(host, data.Schema, options.LabelColumnName, task.Label);
        NetworkShape shape = Shape(binding, label);
        WarmStart?.Check(host, shape, task.IsClassification && task.Label != LabelKind.Boolean ? LabelKeyValues.Of(label.Column)?.ToTexts().ToArray() : null);
        return (binding, label, shape);
    }

    private Fingerprint Fingerprint(SequenceStore store, SequenceStore? validationStore, SequenceBinding binding, LabelBinding label)
    {
        string validation = validationStore is null ? "none of its own" : FitFingerprint.Data(validationStore, binding, label);
        return FitFingerprint.Of(options, seed, FitFingerprint.Data(store, binding, label), validation, WarmStart);
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
        var (training, validation) = ValidationSplit.Split(store, options.ValidationFraction, stratified: task.IsClassification && !task.IsPerStep, seed);
        return (new SequenceSet(store, training), new SequenceSet(store, validation));
    }

    private static void WarnOfShared(IChannel log, int shared, SequenceSet? validation)
    {
        if (shared > 0)
            log.Warning(FormattableString.Invariant($"{shared} of the {validation!.Rows.Length} validation rows have a sequence that is also trained on, so the validation metric is better than the model is: ") +
                "remove repeated rows, or keep all rows of one origin on one side and give them as ValidationSet.");
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
            foreach (float @class in training.Store.Label(row))
                if (@class != StepClassesReader.Missing)
                    present[(int)@class] = true;
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
        Pooling = task.IsPerStep ? 0 : options.Pooling,
        HeadHiddenSizes = [.. options.HeadHiddenSizes],
        Outputs = task.Loss == LossKind.CrossEntropy ? label.Classes : label.Width,
    };

    private TrainingPlan Plan(SequenceSet training, SequenceSet? validation, LabelBinding label) => FitPlan.Of(options, task.Loss, validation is not null, seed) with
    {
        FeatureScaling = WarmStart is null ? LearntScaling(training) : WarmStart.FeatureScaling,
        ClassWeights = ClassWeights.Of(host, task.ClassWeighting, training, label),
        LabelScaling = WarmStart is null ? LearntLabelScaling(training) : WarmStart.LabelScaling(() => LearntLabelScaling(training)),
    };

    private FeatureScaling? LearntScaling(SequenceSet training) => options.Normalize && !training.Store.UsesTokens ? ScalingLearner.Learn(training) : null;

    private FeatureScaling? LearntLabelScaling(SequenceSet training) => task.NormalizeLabel ? ScalingLearner.LearnLabels(training) : null;

    private ITrainingEngine CreateEngine(IChannel log, NetworkShape shape)
    {
        NetworkWeights fresh = WeightInitializer.Create(shape, options.ForgetBias, seed);
        return FitEngine.Create(log, options, seed, new EngineSettings
        {
            Shape = shape,
            InitialWeights = WarmStart?.Onto(fresh) ?? fresh,
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
