using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data;
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
        using FitRows rows = Read(data, validationData);
        TrainingState? left = Checkpoints?.Begin(seed, Fingerprint(rows), options.MaxEpochs);
        var (set, validation) = Split(rows);
        LabelCheck.Check(host, log, task, set, rows.Label);
        int? shared = validation is null ? null : SharedRows.Count(set, validation);
        SharedRows.Tell(log, shared ?? 0, validation?.Rows.Length ?? 0, rows.ValidationStore is not null);

        var networks = new AveragedTraining(options, seed, networkSeed => new NetworkTraining(host, log, options, task, rows, set, validation, networkSeed, WarmStart)) { Checkpoints = Checkpoints };
        TrainedNetwork trained = networks.Run((training, start) => Train(log, training, start), left);
        return TrainedNetwork.AverageOf([.. trained.Networks.Select(network => network with { History = network.History with { ValidationRowsSeenInTraining = shared } })]);
    }

    private TrainingResult Train(IChannel log, NetworkTraining training, NetworkStart start)
    {
        log.Info($"Training{start.Name} on {training.Training.Rows.Length} rows, validating on {training.Validation?.Rows.Length ?? 0}, {training.Engine.Description}.");
        using var observer = new FitObserver(host, log, start.Name.Length == 0 ? "Training the recurrent network" : $"Training{start.Name}", options.MaxEpochs, options.Progress);
        using TrainingLoop loop = training.Loop(observer, Checkpoints);
        if (start.Left is not null)
            FitResumption.Resume(log, loop, start.Left, options.CheckpointPath!, hasDropout: options.Dropout > 0 || options.InputDropout > 0 || options.HeadDropout > 0);
        return loop.Run();
    }

    /// <summary>A learning rate range test of the training that <see cref="Run"/> would begin, on the same rows; the trained network is thrown away.</summary>
    public LearningRateCurve TestRates(IDataView data, LearningRateRange range)
    {
        using IChannel log = host.Start("Learning rate range test");
        using FitRows rows = Read(data, validationData: null);
        SequenceSet set = options.ValidationSet is null ? Split(rows).Training : SequenceSet.All(rows.Store);
        LabelCheck.Check(host, log, task, set, rows.Label);
        set.CheckWeigh("training");

        using var training = new NetworkTraining(host, log, options, task, rows, set, validation: null, seed, WarmStart);
        using var observer = new FitObserver(host, log, "Testing learning rates of the recurrent network", maxEpochs: 1, user: null);
        using var steps = new TrainingSteps(training.Engine, training.Plan, set);
        LearningRateCurve curve = new LearningRateRangeTest(steps, range, observer, options.CancellationToken).Run();
        log.Info($"{curve}.");
        return curve;
    }

    /// <summary>Binds the columns and reads the rows, each once.</summary>
    public FitRows Read(IDataView data, IDataView? validationData)
    {
        var binding = SequenceBinding.Bind(host, data.Schema, columns);
        var label = LabelBinding.Bind(host, data.Schema, options.LabelColumnName, task.Label);
        NetworkShape shape = NetworkTraining.ShapeOf(options, task, binding, label);
        WarmStart?.Check(host, shape, task.IsClassification && task.Label != LabelKind.Boolean ? LabelKeyValues.Of(label.Column)?.ToTexts().ToArray() : null, binding.Vocabulary > 0 ? KeyFingerprint.Of(binding.Columns[0]) : null);
        var settings = StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory);
        SequenceStore store = Read(data, binding, label, settings);
        try
        {
            return new FitRows(binding, label, store, ReadValidation(validationData, binding, label, settings.Beside(store.MemoryBytes)));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private (SequenceSet Training, SequenceSet? Validation) Split(FitRows rows) => rows.Split(options.ValidationFraction, task.IsClassification, seed);

    private Fingerprint Fingerprint(FitRows rows)
    {
        string validation = rows.ValidationStore is null ? "none of its own" : FitFingerprint.Data(rows.ValidationStore, rows.Sequence, rows.Label);
        return FitFingerprint.Of(options, seed, FitFingerprint.Data(rows.Store, rows.Sequence, rows.Label), validation, WarmStart);
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
        if (binding.Vocabulary > 0)
            KeyFingerprint.CheckSame(host, nameof(RnnOptions.ValidationSet), "feature", trained.Columns[0], binding.Columns[0]);
        if (label.Kind is LabelKind.Key or LabelKind.KeyPerStep)
            KeyFingerprint.CheckSame(host, nameof(RnnOptions.ValidationSet), "label", trainedLabel.Column, label.Column);
        return Read(data, binding, label, settings);
    }

    private SequenceStore Read(IDataView data, SequenceBinding binding, LabelBinding label, StoreSettings settings) =>
        SequenceStore.Read(host, data, binding, label, options.ExampleWeightColumnName, settings, options.CancellationToken);
}
