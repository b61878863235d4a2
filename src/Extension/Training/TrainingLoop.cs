using System.Diagnostics;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Networks;

namespace RnnMlNet.Training;

/// <summary>What a training gives.</summary>
internal sealed record TrainingResult(NetworkWeights Weights, TrainingHistory History);

/// <summary>
/// Trains: run -> epoch -> step. It draws shuffled, length-bucketed batches, asks the engine for a step each, validates after each epoch,
/// stops early, and hands back the best epoch's weights.
/// </summary>
internal sealed class TrainingLoop
{
    private readonly ITrainingEngine _engine;
    private readonly TrainingPlan _plan;
    private readonly SequenceSet _training;
    private readonly SequenceSet? _validation;
    private readonly ITrainingObserver _observer;
    private readonly CancellationToken _cancellation;
    private readonly BatchSampler _sampler;
    private readonly BatchAssembler _assembler;
    private readonly SequenceBatch _batch = new();
    private readonly ScheduledRate _rate;
    private readonly BestEpoch _best = new();
    private readonly EarlyStopping _earlyStopping;
    private readonly Evaluation? _evaluation;
    private readonly int _outputs;
    private readonly List<EpochReport> _reports = [];
    private long _step;

    public TrainingLoop(
        ITrainingEngine engine, TrainingPlan plan, int outputs, SequenceSet training, SequenceSet? validation, ITrainingObserver observer, CancellationToken cancellation)
    {
        _engine = engine;
        _plan = plan;
        _outputs = outputs;
        _training = training;
        _validation = validation;
        _observer = observer;
        _cancellation = cancellation;
        _sampler = new BatchSampler(training, plan.BatchSize, plan.Seed);
        _assembler = new BatchAssembler(training.Store, plan.FeatureScaling, plan.LabelScaling);
        _rate = new ScheduledRate(plan.Schedule, plan.LearningRate, (long)plan.MaxEpochs * _sampler.BatchesPerEpoch);
        _earlyStopping = new EarlyStopping(validation is null ? 0 : plan.Patience, plan.MinDelta);
        _evaluation = validation is null ? null : new Evaluation(engine, plan, validation, CheckAlive);
    }

    /// <summary>Trains to the last epoch, to the end of the patience, or to cancellation.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, and no best model was asked for or there is none yet.</exception>
    /// <exception cref="InvalidOperationException">The loss or a weight is no longer a number, or all rows of a set have the weight 0.</exception>
    public TrainingResult Run()
    {
        CheckWeights(_training, "training");
        if (_validation is not null)
            CheckWeights(_validation, "validation");
        try
        {
            for (int epoch = 1; epoch <= _plan.MaxEpochs; epoch++)
            {
                RunEpoch(epoch);
                if (_earlyStopping.IsDue)
                    return Result(StopReason.EarlyStopping);
            }
            return Result(StopReason.MaxEpochs);
        }
        catch (OperationCanceledException) when (_plan.OnCancellation == CancellationBehavior.ReturnBest && _best.Weights is not null)
        {
            return Result(StopReason.Cancelled);
        }
    }

    private void RunEpoch(int epoch)
    {
        var clock = Stopwatch.StartNew();
        double trainingLoss = TrainEpoch(epoch);
        var validation = _evaluation?.Run(_outputs);
        double loss = validation?.Loss ?? trainingLoss;
        CheckLoss(loss, epoch, _sampler.BatchesPerEpoch);
        bool isBest = _best.Offer(epoch, loss, () => FiniteWeights(epoch));
        float rate = _rate.At(_step - 1);
        _rate.EpochDone(loss);
        _earlyStopping.EpochDone(loss);

        var report = new EpochReport(epoch, _plan.MaxEpochs, trainingLoss, validation?.Loss, Evaluation.MetricName(_plan.Loss),
            validation?.Metric, rate, clock.Elapsed.TotalSeconds, isBest);
        _reports.Add(report);
        _observer.EpochDone(report);
    }

    private double TrainEpoch(int epoch)
    {
        double sum = 0, weights = 0;
        IReadOnlyList<int[]> batches = _sampler.Epoch(epoch);
        for (int i = 0; i < batches.Count; i++)
        {
            CheckAlive();
            _assembler.Fill(_batch, batches[i]);
            double weight = BatchWeight();
            double loss = weight > 0 ? TrainStep(epoch, i + 1) : 0;
            sum += weight * loss;
            weights += weight;
            _observer.StepDone(epoch, i + 1, batches.Count, loss);
        }
        return sum / weights;
    }

    private double TrainStep(int epoch, int step)
    {
        double loss = _engine.TrainStep(_batch, _rate.At(_step++));
        CheckLoss(loss, epoch, step);
        return loss;
    }

    // A store has rows that weigh something; the part of it that was held out, or the rest, may not.
    private static void CheckWeights(SequenceSet set, string which)
    {
        if (!set.Rows.Any(row => set.Store.Weight(row) > 0))
            throw Contracts.Except($"All {set.Rows.Length} {which} rows have the weight 0: give them weights, or set another Seed or ValidationFraction so that other rows are held out.");
    }

    private double BatchWeight()
    {
        double sum = 0;
        foreach (float weight in _batch.Weights.AsSpan(0, _batch.Count))
            sum += weight;
        return sum;
    }

    private void CheckAlive()
    {
        _observer.CheckAlive();
        _cancellation.ThrowIfCancellationRequested();
    }

    private void CheckLoss(double loss, int epoch, int step)
    {
        if (!double.IsFinite(loss))
            throw Diverged($"The loss became {loss} in epoch {epoch}, step {step}");
    }

    private NetworkWeights FiniteWeights(int epoch)
    {
        NetworkWeights weights = _engine.GetWeights();
        if (weights.FirstNonFinite() is string name)
            throw Diverged($"The weight '{name}' is no longer a finite number after epoch {epoch}");
        return weights;
    }

    private Exception Diverged(string what) => Contracts.Except(
        $"{what}, so training stopped. Try a lower LearningRate (it was {_plan.LearningRate}), a GradientClipNorm of 1 or less, Normalize on, " +
        "and look for huge values in the features or the label.");

    private TrainingResult Result(StopReason reason)
    {
        bool restore = _validation is not null && _plan.RestoreBest;
        // Cancelled in the middle of an epoch, the engine's weights are those of no epoch: the best one's are handed back.
        bool takeBest = restore || reason == StopReason.Cancelled;
        int epoch = takeBest ? _best.Epoch : _reports.Count;
        NetworkWeights weights = takeBest ? _best.Weights! : FiniteWeights(epoch);
        var history = new TrainingHistory([.. _reports], epoch, reason, _training.Rows.Length, _validation?.Rows.Length ?? 0, _training.Store.Skipped.Total);
        return new TrainingResult(weights, history);
    }
}
