using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data;
using RnnMlNet.Data.Formats;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// One Fit, from the columns to the trained network: reads the rows once, holds out validation rows, computes the scaling, builds the
/// network and its engine, runs the loop. Stateless, so a trainer can be fitted any number of times.
/// </summary>
internal sealed class NetworkFit(IHost host, RnnOptions options, SequenceColumns columns, TaskSpec task, int seed)
{
    /// <summary>Stores the state of training; null for none.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    /// <summary>The model to continue from; null to start with random weights.</summary>
    public SequenceWarmStart? WarmStart { get; init; }

    public TrainedNetwork Run(IDataView data, IDataView? validationData)
    {
        using IChannel log = host.Start("Training");
        using FitRows rows = Read(data, validationData);
        DataProfile profile = DataProfile.Of(rows, task);
        SequenceSettings settings = Resolve(profile);
        rows.Prepare(settings, StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory), host);
        FitSession session = NewSession(log, settings);
        TrainingState? left = session.Begin($"{profile}", settings.ToTexts(), () => Fingerprint(rows));
        IReadOnlyList<TrainingSplit> splits = TrainingSplit.Of(log, rows, settings, task, seed);
        LabelCheck.Check(host, log, task, splits[0].Scaling, rows.Label);
        int? shared =
            settings.IsCrossValidated || splits[0].Validation is null
                ? null
                : DuplicateRows.Count(splits[0].Training, splits[0].Validation!);
        DuplicateRows.Tell(log, shared ?? 0, splits[0].Validation?.Rows.Length ?? 0, rows.ValidationStore is not null);

        SequenceTraining training = NewTraining(log, settings, rows, splits[0].Scaling);
        IReadOnlyList<TrainingResult> results = session.Run(
            start => training.New(splits[start.Member].Training, splits[start.Member].Validation, start),
            left
        );
        return Finished(log, rows, settings, splits, TrainedNetwork.AverageOf([.. results.Select(training.Network)]), shared);
    }

    private FitSession NewSession(IChannel log, SequenceSettings settings) =>
        new(host, log, options, settings, seed, WarmStart) { Checkpoints = Checkpoints };

    private SequenceTraining NewTraining(IChannel log, SequenceSettings settings, FitRows rows, SequenceSet scaling) =>
        new(host, log, options, settings, task, rows, scaling, WarmStart);

    // The options, with those left null chosen from the rows as read.
    private SequenceSettings Resolve(DataProfile profile)
    {
        WarmStart?.CheckEnsembleSize(host, options.EnsembleSize);
        SequenceSettings settings = new SequenceDefaults(options, task, profile, WarmStart).Resolve();
        if (options.CustomCell is null)
            OptionsCheck.CheckRecurrentDropout(host, options.RecurrentDropout, settings.Cell);
        if (
            options.Calibrate == true
            && settings is { IsCrossValidated: false, ValidationFraction: 0 }
            && options.ValidationSet is null
            && !profile.HasValidationRows
        )
            throw host.ExceptUserArg(
                nameof(options.Calibrate),
                $"Calibrate is true, but no rows are held out to fit a temperature on: {Remedy(profile)}."
            );
        return settings;
    }

    private string Remedy(DataProfile profile) =>
        options.ValidationFraction is not null
            ? "leave ValidationFraction null, set it above 0, or give a ValidationSet"
            : $"the {profile.Rows} rows, of which {profile.RowsToHoldOut} are not the only one of their class"
                + $"{Groups(profile)}, are too few. Give more rows, a ValidationSet, or leave Calibrate null";

    private static string Groups(DataProfile profile) =>
        profile.GroupsToHoldOut == int.MaxValue ? "" : $", in {profile.GroupsToHoldOut} groups that can be held out";

    // Completes trained networks: the embeddings of rare tokens, the temperature of logits, the chosen options in the history.
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
        IReadOnlyList<float> thresholds = task.IsMultiLabel
            ? LabelThresholds.Choose(log, task, settings, splits, networks, WarmStart, ThreadCount.Of(options.Threads))
            : [];
        ChanceCheck.Check(log, task, splits, networks);
        EarlyStopCheck.Check(log, settings, splits, networks, isFresh: WarmStart is null);
        return TrainedNetwork.AverageOf([
            .. networks.Select(network =>
                network with
                {
                    Thresholds = thresholds,
                    History = network.History with
                    {
                        ValidationRowsSeenInTraining = shared,
                        Options = WarmStart?.AddTo(settings.ToTexts()) ?? settings.ToTexts(),
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
            log.Info(FormattableString.Invariant($"Logits are divided by the temperature {learnt:0.00}, fitted on held-out rows."));
        else if (WarmStart?.Temperature is double kept && options.Calibrate != false)
        {
            (networks, temperature) = ([.. networks.Select(network => TemperatureScaling.Divided(network, (float)kept))], kept);
            log.Info(
                FormattableString.Invariant(
                    $"Logits are divided by the temperature {kept:0.00} of the previous model, which may have been trained "
                ) + "on the rows held out here: if they are new to it, set Calibrate, or give a ValidationSet, to fit it again."
            );
        }
        return (networks, temperature);
    }

    /// <summary>
    /// A learning rate range test of the training that <see cref="Run"/> would begin, on the same rows; the trained network is discarded.
    /// </summary>
    public LearningRateCurve TestRates(IDataView data, LearningRateRange range)
    {
        using IChannel log = host.Start("Learning rate range test");
        using FitRows rows = Read(data, validationData: null);
        DataProfile profile = DataProfile.Of(rows, task);
        SequenceSettings settings = Resolve(profile);
        rows.Prepare(settings, StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory), host);
        SequenceSet set = options.ValidationSet is null
            ? TrainingSplit.Of(log, rows, settings, task, seed)[0].Training
            : SequenceSet.All(rows.Store);
        LabelCheck.Check(host, log, task, set, rows.Label);
        set.CheckWeigh("training");

        using NetworkTraining training = NewTraining(log, settings, rows, set).New(set, null, new NetworkStart(0, seed, "", null));
        return NewSession(log, settings).TestRates(training, range);
    }

    /// <summary>Binds the columns and reads the rows, each once.</summary>
    public FitRows Read(IDataView data, IDataView? validationData)
    {
        var binding = SequenceBinding.Bind(host, data.Schema, columns);
        LabelBinding label = task.Bind(host, data.Schema, options.LabelColumnName);
        PretrainedEmbeddings? pretrained = ReadEmbeddings(binding, label);
        var settings = StoreSettings.Of(options.StoreMemoryLimit, options.StoreDirectory);
        GroupColumns? groups = options.GroupColumnNames is string[] names ? GroupColumns.Bind(host, data.Schema, names) : null;
        SequenceStore store = Read(data, binding, label, groups, settings);
        try
        {
            SequenceStore? validation = ReadValidation(validationData, binding, label, groups, settings.Beside(store.MemoryBytes));
            if (validation is not null && groups is not null)
                WarnOfShared(store, validation, groups);
            return new FitRows(binding, label, store, validation) { Pretrained = pretrained };
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private void WarnOfShared(SequenceStore training, SequenceStore validation, GroupColumns groups)
    {
        using IChannel log = host.Start("Reading sequences");
        GroupReport.Shared(log, training, validation, groups);
    }

    // Checks the network before vectors and rows are read.
    private PretrainedEmbeddings? ReadEmbeddings(SequenceBinding binding, LabelBinding label)
    {
        using EmbeddingFile? file = PretrainedEmbeddings.Open(host, options, binding, WarmStart is not null);
        CheckUnread(binding, label, file?.Width);
        return file is null ? null : PretrainedEmbeddings.Read(host, file, options, binding.Columns[0]);
    }

    // Sizes that are chosen from the rows have their usual values.
    private void CheckUnread(SequenceBinding binding, LabelBinding label, int? pretrainedWidth)
    {
        AugmentationCheck.Check(host, options, binding, task);
        SequenceSettings settings = Resolve(DataProfile.Unread(binding, label, task, pretrainedWidth));
        if (NetworkSize.Problem(SequenceTraining.ShapeOf(options, settings, task, binding, label)) is string problem)
            throw host.Except($"The network is impossible. {problem}.");
        CheckWarmStart(binding, label, settings);
    }

    private void CheckWarmStart(SequenceBinding sequence, LabelBinding label, SequenceSettings settings) =>
        WarmStart?.Check(
            host,
            SequenceTraining.ShapeOf(options, settings, task, sequence, label),
            LabelKeyValues.Of(label)?.ToTexts().ToArray(),
            KeyFingerprint.OfInput(sequence)
        );

    private Fingerprint Fingerprint(FitRows rows)
    {
        string validation = rows.ValidationStore is null
            ? "none of its own"
            : FitFingerprint.Data(rows.ValidationStore, rows.Sequence, rows.Label);
        return FitFingerprint.Of(
            options,
            seed,
            FitFingerprint.Data(rows.Store, rows.Sequence, rows.Label),
            validation,
            WarmStart,
            FitFingerprint.Embeddings(rows)
        );
    }

    private SequenceStore? ReadValidation(
        IDataView? data,
        SequenceBinding trained,
        LabelBinding trainedLabel,
        GroupColumns? trainedGroups,
        StoreSettings settings
    )
    {
        if (data is null)
            return null;
        var binding = SequenceBinding.Bind(host, data.Schema, columns);
        LabelBinding label = task.Bind(host, data.Schema, options.LabelColumnName);
        if (binding.Describe() != trained.Describe())
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
        foreach (var (own, other) in trained.KeyColumns.Zip(binding.KeyColumns))
            KeyFingerprint.CheckSame(host, nameof(RnnOptions.ValidationSet), "feature", own, other);
        if (label.HasKeys)
            KeyFingerprint.CheckSame(host, nameof(RnnOptions.ValidationSet), "label", trainedLabel.Column, label.Column);
        GroupColumns? groups = trainedGroups?.In(data.Schema);
        foreach (var (own, other) in (trainedGroups?.Columns ?? []).Zip(groups?.Columns ?? []))
            if (own.Type is KeyDataViewType)
                KeyFingerprint.CheckSame(host, nameof(RnnOptions.ValidationSet), "group", own, other);
        return Read(data, binding, label, groups, settings);
    }

    private SequenceStore Read(IDataView data, SequenceBinding binding, LabelBinding label, GroupColumns? groups, StoreSettings settings) =>
        StoreReader.Read(host, data, binding, label, options.ExampleWeightColumnName, settings, options.CancellationToken, groups);
}
