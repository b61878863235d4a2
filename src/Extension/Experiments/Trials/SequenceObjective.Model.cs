using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

// The model of a trial: trained again on all rows, or as it was trained.
internal sealed partial class SequenceObjective<TMetrics>
{
    public override ITransformer Model(TrialRecord<TMetrics> trial, Func<byte[]> state, CancellationToken cancellation)
    {
        TrialOutcome first = trial.Outcomes[0];
        var task = new TrialTask
        {
            Experiment = Experiment,
            Trial = trial.Number,
            Fold = first.Fold,
            Epochs = trial.EpochsDone,
            Parameters = trial.Configuration.Texts,
        };
        var held = new Lazy<HeldOutRow[]>(() => [.. trial.Outcomes.SelectMany(HeldOut)]);
        double? temperature = Temperature(OptionsOf(task.Parameters, task.Trial, null, default), held);
        IReadOnlyList<float> thresholds = Thresholds(held, temperature ?? 1);
        if (Refits)
        {
            if (Refit(task, ModelEpochs(trial), temperature, thresholds, cancellation) is ITransformer model)
                return model;
            using IChannel log = _host.Start("Training");
            log.Warning(
                "The training on all rows ended before its first network was complete: the model is instead the network of trial "
                    + $"{trial.Number} that was trained without the rows of one fold. Set a longer MaxExperimentTimeInSeconds."
            );
        }
        return AsTrained(task with { State = state() }, temperature, thresholds);
    }

    // The best epochs; where the last epoch's weights count, or a trial that time interrupted was still improving, the schedule's.
    private int ModelEpochs(TrialRecord<TMetrics> trial)
    {
        bool isBestKnown = trial.IsDone || trial.BestEpoch < trial.EpochsDone;
        if ((_options.RestoreBestWeights ?? true) && isBestKnown)
            return trial.BestEpoch;
        return OptionsOf(trial.Configuration.Texts, trial.Number, null, default).MaxEpochs!.Value;
    }

    private int RefittedNetworks(RnnOptions options) => RefittedNetworks(options, () => Resolve(options).EnsembleSize);

    // Fitted on the trial's scores of held-out rows.
    private double? Temperature(RnnOptions options, Lazy<HeldOutRow[]> held)
    {
        bool isWanted = TaskOf(options) is { IsClassification: true, IsChained: false } && (options.Calibrate ?? true);
        return isWanted ? TemperatureScaling.Of(_task.Loss, held.Value) : null;
    }

    // Chosen on the same scores.
    private IReadOnlyList<float> Thresholds(Lazy<HeldOutRow[]> held, double temperature) =>
        !_task.IsMultiLabel ? []
        : _task.Threshold is float fixedOne ? LabelThresholds.Fixed(fixedOne, _rows.Label.Classes)
        : LabelThresholds.Of(held.Value, _rows.Label.Classes, temperature);

    private IEnumerable<HeldOutRow> HeldOut(TrialOutcome fold)
    {
        SequenceSet held = _folds[fold.Fold].Validation;
        float[] scores = MemoryMarshal.Cast<byte, float>(fold.Scores).ToArray();
        int outputs = scores.Length / ItemsOf(held),
            start = 0;
        if (_task.HasTags)
            (scores, outputs) = (new TagScores(scores, outputs - 1).Logits(), outputs - 1);
        foreach (int row in held.Rows)
        {
            int length = ItemsOf(_folds[fold.Fold], row) * outputs;
            var one = new HeldOutRow(scores[start..(start + length)], held.Store.Label(row).ToArray(), held.Weight(row));
            start += length;
            foreach (HeldOutRow item in _task is { IsPerStep: true, IsMultiLabel: true } ? one.Steps(outputs) : [one])
                yield return item;
        }
    }

    // Null where the first network is incomplete: its learning rate is still high, and the trial's own network is better.
    private ITransformer? Refit(
        TrialTask task,
        int epochs,
        double? temperature,
        IReadOnlyList<float> thresholds,
        CancellationToken cancellation
    )
    {
        RnnOptions options = OptionsOf(task.Parameters, task.Trial, _options.Threads, cancellation);
        int count = RefittedNetworks(options);
        // With the whole schedule within them: good weights at a rate that is still high are luck, and do not recur.
        (options.MaxEpochs, options.ValidationFraction, options.EarlyStoppingPatience, options.OnCancellation) = (
            epochs,
            0,
            0,
            CancellationBehavior.ReturnBest
        );
        using IChannel log = _host.Start("Training");
        SequenceSettings settings = Resolve(options) with { EnsembleSize = count, Calibrates = temperature is not null };
        using PreparedRows.Lease lease = _prepared.Rent(settings);
        SequenceSet all = SequenceSet.All(lease.Rows.Store);
        var training = new SequenceTraining(_host, log, options, settings, TaskOf(options), lease.Rows, all);
        var networks = new EnsembleTraining(log, options, settings, options.Seed!.Value, start => training.New(all, null, start));
        IReadOnlyList<TrainingResult> results;
        try
        {
            results = networks.Run(
                (network, _) =>
                {
                    using TrainingLoop loop = network.Loop(new SilentObserver(_host));
                    return loop.Run();
                }
            );
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
        return results[0].History.Epochs.Count < epochs
            ? null
            : Transformer(options, settings, lease.Rows, [.. results.Select(training.Network)], temperature, thresholds);
    }

    private ITransformer AsTrained(TrialTask task, double? temperature, IReadOnlyList<float> thresholds)
    {
        RnnOptions options = OptionsOf(task.Parameters, task.Trial, _options.Threads, CancellationToken.None);
        using IChannel log = _host.Start("Training");
        SequenceSettings settings = Resolve(options) with { EnsembleSize = 1, Calibrates = temperature is not null };
        using PreparedRows.Lease lease = _prepared.Rent(settings);
        var (sequences, ofFold) = NewTraining(log, options, settings, lease.Rows, task.Fold);
        using NetworkTraining training = ofFold;
        using TrainingLoop loop = training.Loop(new SilentObserver(_host), pauseAfter: task.Epochs);
        loop.Restore(TrialState.Read(task, task.State!));
        return Transformer(options, settings, lease.Rows, [sequences.Network(loop.Run())], temperature, thresholds);
    }

    private ITransformer Transformer(
        RnnOptions options,
        SequenceSettings settings,
        FitRows rows,
        IReadOnlyList<TrainedNetwork> trained,
        double? temperature,
        IReadOnlyList<float> thresholds
    )
    {
        IEnumerable<TrainedNetwork> networks = rows.WithRareTokens(trained);
        if (temperature is double divisor)
            networks = networks.Select(network => TemperatureScaling.Divided(network, (float)divisor));
        return _newTrainer(options)
            .Transformer(
                TrainedNetwork.AverageOf([
                    .. networks.Select(network =>
                        network with
                        {
                            Thresholds = thresholds,
                            History = network.History with { Options = settings.ToTexts(), Temperature = temperature },
                        }
                    ),
                ]),
                _schema
            );
    }
}
