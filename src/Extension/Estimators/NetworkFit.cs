using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
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
        DataProfile profile = DataProfile.Of(rows, task);
        SequenceSettings settings = Resolve(profile);
        rows.Prepare(settings, StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory), host);
        log.Info($"Chosen for {profile}: {string.Join(", ", settings.ToTexts().Select(option => $"{option.Key} {option.Value}"))}.");
        if (WarmStart is not null)
            log.Info($"Training continues from the weights of a previous model of {WarmStart.Description}.");
        TrainingState? left = Checkpoints?.Begin(seed, Fingerprint(rows), settings.MaxEpochs);
        IReadOnlyList<TrainingSplit> splits = TrainingSplit.Of(rows, settings, task, seed);
        LabelCheck.Check(host, log, task, splits[0].Scaling, rows.Label);
        int? shared =
            settings.IsCrossValidated || splits[0].Validation is null
                ? null
                : DuplicateRows.Count(splits[0].Training, splits[0].Validation!);
        DuplicateRows.Tell(log, shared ?? 0, splits[0].Validation?.Rows.Length ?? 0, rows.ValidationStore is not null);

        var networks = new EnsembleTraining(
            log,
            options,
            settings,
            seed,
            start => new NetworkTraining(host, log, options, settings, task, rows, splits[start.Number], start, WarmStart)
        )
        {
            Checkpoints = Checkpoints,
        };
        TrainedNetwork trained = networks.Run((training, start) => Train(log, settings, training, start), left);
        return Finished(log, rows, settings, splits, trained, shared);
    }

    // The options with all that they leave open chosen from the rows, as they were read.
    private SequenceSettings Resolve(DataProfile profile)
    {
        if (WarmStart is not null && options.EnsembleSize is int asked && asked != WarmStart.EnsembleSize)
            throw host.ExceptUserArg(
                nameof(options.EnsembleSize),
                $"EnsembleSize is {asked}, but the previous model is of {WarmStart.EnsembleSize}: leave EnsembleSize null, or set it to "
                    + $"{WarmStart.EnsembleSize}."
            );
        if (options.ForStreaming && WarmStart is { EnsembleSize: > 1 })
            throw host.ExceptUserArg(
                nameof(options.ForStreaming),
                $"ForStreaming is set, but the previous model is of {WarmStart.EnsembleSize} networks, and an engine of series keeps "
                    + "the state of one network: leave ForStreaming false, or go on from a model of one network."
            );
        SequenceSettings settings = new SequenceDefaults(options, task, profile, WarmStart).Resolve();
        if (
            options.Calibrate == true
            && settings is { IsCrossValidated: false, ValidationFraction: 0 }
            && options.ValidationSet is null
            && !profile.HasValidationRows
        )
            throw host.ExceptUserArg(
                nameof(options.Calibrate),
                $"Calibrate is true, but no rows are held out to learn a temperature from: {Remedy(profile)}."
            );
        return settings;
    }

    private string Remedy(DataProfile profile) =>
        options.ValidationFraction is not null
            ? "leave ValidationFraction null, set it above 0, or give a ValidationSet"
            : $"the {profile.Rows} rows, of which {profile.RowsToHoldOut} are not the only one of their class, are too few. "
                + "Give more rows, a ValidationSet, or leave Calibrate null";

    // What is done with trained networks before they are a model: rare tokens get their embedding, logits their temperature, the history
    // what was chosen.
    private TrainedNetwork Finished(
        IChannel log,
        FitRows rows,
        SequenceSettings settings,
        IReadOnlyList<TrainingSplit> splits,
        TrainedNetwork trained,
        int? shared
    )
    {
        IReadOnlyList<TrainedNetwork> networks = rows.WithRareTokens(trained.Members);
        (networks, double? temperature) = Calibrated(log, settings, splits, networks);
        ChanceCheck.Check(log, task, splits, networks);
        EarlyStopCheck.Check(log, settings, splits, networks, isFresh: WarmStart is null);
        return TrainedNetwork.AverageOf([
            .. networks.Select(network =>
                network with
                {
                    History = network.History with
                    {
                        ValidationRowsSeenInTraining = shared,
                        Options = Texts(settings),
                        Temperature = temperature,
                    },
                }
            ),
        ]);
    }

    private (IReadOnlyList<TrainedNetwork> Networks, double? Temperature) Calibrated(
        IChannel log,
        SequenceSettings settings,
        IReadOnlyList<TrainingSplit> splits,
        IReadOnlyList<TrainedNetwork> networks
    )
    {
        double? temperature = null;
        if (settings.Calibrates)
            (networks, temperature) = TemperatureScaling.Calibrate(
                networks,
                splits,
                settings.IsCrossValidated,
                task.Loss,
                ThreadCount.Of(options.Threads)
            );
        if (temperature is double learnt)
            log.Info(
                FormattableString.Invariant($"Logits are divided by the temperature {learnt:0.00}, learnt on rows that were held out.")
            );
        else if (WarmStart?.Temperature is double kept && options.Calibrate != false)
        {
            (networks, temperature) = ([.. networks.Select(network => TemperatureScaling.Divided(network, (float)kept))], kept);
            log.Info(
                FormattableString.Invariant(
                    $"Logits are divided by the temperature {kept:0.00} of the previous model, which may have been trained "
                ) + "on the rows held out here: where they are new to it, set Calibrate, or give a ValidationSet, and it is learnt again."
            );
        }
        return (networks, temperature);
    }

    private IReadOnlyDictionary<string, string> Texts(SequenceSettings settings) =>
        WarmStart is null
            ? settings.ToTexts()
            : new Dictionary<string, string>(settings.ToTexts()) { [WarmStart.OptionName] = WarmStart.Description };

    private TrainingResult Train(IChannel log, SequenceSettings settings, NetworkTraining training, NetworkStart start)
    {
        int rows = training.Training.Rows.Length,
            validationRows = training.Validation?.Rows.Length ?? 0;
        start.Turn.Tell(() =>
            log.Info($"Training{start.Name} on {rows} rows, validating on {validationRows}, {training.Engine.Description}.")
        );
        string doing = start.Name.Length == 0 ? "Training the recurrent network" : $"Training{start.Name}";
        using var observer = new FitObserver(host, log, doing, settings.MaxEpochs, options.Progress)
        {
            Network = start.Name,
            Turn = start.Turn,
            Stop = start.Stop,
        };
        using TrainingLoop loop = training.Loop(observer, Checkpoints);
        if (start.Left is not null)
            FitResumption.Resume(log, loop, start.Left, options.CheckpointPath!, settings.HasDropout);
        return loop.Run();
    }

    /// <summary>
    /// A learning rate range test of the training that <see cref="Run"/> would begin, on the same rows; the trained network is thrown away.
    /// </summary>
    public LearningRateCurve TestRates(IDataView data, LearningRateRange range)
    {
        using IChannel log = host.Start("Learning rate range test");
        using FitRows rows = Read(data, validationData: null);
        DataProfile profile = DataProfile.Of(rows, task);
        SequenceSettings settings = Resolve(profile);
        rows.Prepare(settings, StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory), host);
        TrainingSplit split = TrainingSplit.Of(rows, settings, task, seed)[0];
        SequenceSet set = options.ValidationSet is null ? split.Training : SequenceSet.All(rows.Store);
        LabelCheck.Check(host, log, task, set, rows.Label);
        set.CheckWeigh("training");

        using var training = new NetworkTraining(
            host,
            log,
            options,
            settings,
            task,
            rows,
            new TrainingSplit(set, null, set),
            new NetworkStart(0, seed, "", null),
            WarmStart
        );
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
        CheckUnread(binding, label);
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

    // What can be said of the network before rows are read; where its sizes are chosen from them, of one that is usual.
    private void CheckUnread(SequenceBinding binding, LabelBinding label)
    {
        SequenceSettings settings = Resolve(DataProfile.Unread(binding, label, task));
        if (NetworkSize.Problem(NetworkTraining.ShapeOf(options, settings, task, binding, label)) is string problem)
            throw host.Except($"There can be no such network. {problem}.");
        CheckWarmStart(binding, label, settings);
    }

    private void CheckWarmStart(SequenceBinding sequence, LabelBinding label, SequenceSettings settings) =>
        WarmStart?.Check(
            host,
            NetworkTraining.ShapeOf(options, settings, task, sequence, label),
            task.IsClassification && task.Label != LabelKind.Boolean ? LabelKeyValues.Of(label.Column)?.ToTexts().ToArray() : null,
            sequence.Vocabulary > 0 ? KeyFingerprint.Of(sequence.Columns[0]) : null
        );

    private Fingerprint Fingerprint(FitRows rows)
    {
        string validation = rows.ValidationStore is null
            ? "none of its own"
            : FitFingerprint.Data(rows.ValidationStore, rows.Sequence, rows.Label);
        return FitFingerprint.Of(options, seed, FitFingerprint.Data(rows.Store, rows.Sequence, rows.Label), validation, WarmStart);
    }

    private SequenceStore? ReadValidation(IDataView? data, SequenceBinding trained, LabelBinding trainedLabel, StoreSettings settings)
    {
        if (data is null)
            return null;
        var binding = SequenceBinding.Bind(host, data.Schema, columns);
        var label = LabelBinding.Bind(host, data.Schema, options.LabelColumnName, task.Label);
        if ((binding.Features, binding.Vocabulary) != (trained.Features, trained.Vocabulary))
            throw host.ExceptSchemaMismatch(
                nameof(RnnOptions.ValidationSet),
                "feature",
                columns.Names[0],
                trained.Describe(),
                binding.Describe()
            );
        if ((label.Width, label.Classes) != (trainedLabel.Width, trainedLabel.Classes))
            throw host.ExceptSchemaMismatch(
                nameof(RnnOptions.ValidationSet),
                "label",
                options.LabelColumnName,
                trainedLabel.Describe(),
                label.Describe()
            );
        if (binding.Vocabulary > 0)
            KeyFingerprint.CheckSame(host, nameof(RnnOptions.ValidationSet), "feature", trained.Columns[0], binding.Columns[0]);
        if (label.Kind is LabelKind.Key or LabelKind.KeyPerStep)
            KeyFingerprint.CheckSame(host, nameof(RnnOptions.ValidationSet), "label", trainedLabel.Column, label.Column);
        return Read(data, binding, label, settings);
    }

    private SequenceStore Read(IDataView data, SequenceBinding binding, LabelBinding label, StoreSettings settings) =>
        SequenceStore.Read(host, data, binding, label, options.ExampleWeightColumnName, settings, options.CancellationToken);
}
