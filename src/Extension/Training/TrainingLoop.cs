using System.Diagnostics;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>The result of a training.</summary>
internal sealed record TrainingResult(NetworkWeights Weights, TrainingHistory History);

/// <summary>
/// The training loop: run -> epoch -> step. It validates after each epoch, stops early, and returns the best epoch's weights.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ITrainingEngine _engine;
    private readonly TrainingPlan _plan;
    private readonly RowSet _training;
    private readonly RowSet? _validation;
    private readonly ITrainingObserver _observer;
    private readonly CancellationToken _cancellation;
    private readonly TrainingSteps _steps;
    private readonly ScheduledRate _rate;
    private readonly BestEpoch _best = new();
    private readonly EarlyStopping _earlyStopping;
    private readonly Evaluation? _evaluation;
    private readonly int _outputs;
    private readonly List<EpochReport> _reports = [];
    private readonly Stopwatch _clock = new();

    // After the steps whose losses are known: all but the last one, of an engine whose losses are read a step late.
    private TrainingPosition _position = TrainingPosition.Start;
    private StepLosses? _pending;

    public TrainingLoop(
        ITrainingEngine engine,
        TrainingPlan plan,
        int outputs,
        RowSet training,
        RowSet? validation,
        ITrainingObserver observer,
        CancellationToken cancellation
    )
    {
        _engine = engine;
        _plan = plan;
        _outputs = outputs;
        _training = training;
        _validation = validation;
        _observer = observer;
        _cancellation = cancellation;
        _steps = new TrainingSteps(engine, plan, training);
        _rate = new ScheduledRate(plan.Schedule, plan.LearningRate, (long)plan.MaxEpochs * _steps.StepsPerEpoch)
        {
            Decay = plan.Decay,
            StepsPerEpoch = _steps.StepsPerEpoch,
        };
        _earlyStopping = new EarlyStopping(validation is null ? 0 : plan.Patience, plan.MinDelta);
        _evaluation = validation is null ? null : new Evaluation(engine, plan, validation, CheckAlive);
    }

    /// <summary>Stores its state at intervals and on cancellation; null for none.</summary>
    public ICheckpoints? Checkpoints { get; init; }

    /// <summary>
    /// The epoch after which <see cref="Run"/> pauses: another loop may resume from <see cref="State"/>. Null for none.
    /// </summary>
    public int? PauseAfter { get; init; }

    /// <summary>Whether training is complete: all epochs were run, or the patience is exhausted.</summary>
    public bool IsDone => _position.Epoch > _plan.MaxEpochs || _earlyStopping.IsDue;

    private bool RestoresBest => _validation is not null && _plan.RestoreBest;

    /// <summary>Resumes a training of the same rows and plan. Call it before <see cref="Run"/>.</summary>
    /// <returns>Whether dropout's random state was restored too: false where it is of another kind of device.</returns>
    /// <exception cref="FormatException">The position is impossible for these rows.</exception>
    /// <exception cref="InvalidOperationException">The weights are not those of the engine's network.</exception>
    public bool Restore(TrainingState state)
    {
        if (state.Position.Batches > _steps.BatchesPerEpoch)
            throw Contracts.ExceptDecode(
                $"The state is that after {state.Position.Batches} batches of an epoch, but an epoch has {_steps.BatchesPerEpoch}."
            );
        bool restored = state.Engine.RestoreTo(_engine);
        _position = state.Position;
        _best.State = state.Best;
        _earlyStopping.State = state.EarlyStopping;
        _rate.Plateau = state.Plateau;
        _reports.AddRange(
            state.Reports.Select(report =>
                report with
                {
                    MaxEpochs = _plan.MaxEpochs,
                    MetricName = _plan.MetricName,
                    MetricUnit = _plan.MetricUnit,
                    LastIsKept = !RestoresBest,
                }
            )
        );
        return restored;
    }

    /// <summary>Trains to the last epoch, to early stopping, to the pause, or to cancellation.</summary>
    /// <exception cref="OperationCanceledException">Training was cancelled, and the best model was not requested or does not exist
    /// yet.</exception>
    /// <exception cref="InvalidOperationException">The loss or a weight is not finite, or all rows of a set have the weight 0.</exception>
    public TrainingResult Run()
    {
        _training.CheckWeigh("training");
        _validation?.CheckWeigh("validation");
        try
        {
            while (!IsDone && !(_position.Epoch > PauseAfter))
                RunEpoch(_position.Epoch);
            return Result(_earlyStopping.IsDue ? StopReason.EarlyStopping : StopReason.MaxEpochs);
        }
        catch (OperationCanceledException)
        {
            Checkpoints?.Save(State());
            if (_plan.OnCancellation == CancellationBehavior.ReturnBest && _best.Weights is not null)
                return Result(StopReason.Cancelled);
            throw;
        }
    }

    /// <summary>Ends what is assembled ahead. The rows must be there until then.</summary>
    public void Dispose() => _steps.Dispose();

    private void RunEpoch(int epoch)
    {
        _clock.Restart();
        double trainingLoss = TrainEpoch(epoch);
        var validation = _evaluation?.RunOnAverage(_outputs);
        double loss = validation?.Loss ?? trainingLoss;
        CheckLoss(loss, epoch, _steps.BatchesPerEpoch);
        bool isBest = _best.Offer(epoch, loss, () => FiniteWeights(epoch));
        float rate = _rate.At(_position.Steps - 1);
        _rate.EpochDone(loss);
        _earlyStopping.EpochDone(loss);

        var report = new EpochReport(
            epoch,
            _plan.MaxEpochs,
            trainingLoss,
            validation?.Loss,
            _plan.MetricName,
            validation?.Metric,
            rate,
            Seconds,
            isBest
        )
        {
            MetricUnit = _plan.MetricUnit,
            LastIsKept = !RestoresBest,
        };
        _reports.Add(report);
        // Before observers are called, which may cancel: the checkpoint then is at the next epoch's start.
        _position = TrainingPosition.EpochStart(epoch + 1, _position.Steps);
        _clock.Reset();
        _observer.EpochDone(report);
        SaveIfDue();
    }

    private double TrainEpoch(int epoch)
    {
        EpochSteps steps = _steps.Epoch(epoch, skip: _position.Batches);
        while (!steps.IsDone)
        {
            CheckAlive();
            StepLosses? before = _pending;
            _pending = steps.Next(_rate.At(StepsMade));
            // While the losses of a step are read, a device computes the step after it.
            if (before is not null)
                Report(before.Value);
            if (!_pending.Value.ArePending)
                ReportPending();
            SaveIfDue();
        }
        ReportPending();
        return _position.LossSum / _position.WeightSum;
    }

    private long StepsMade => _position.Steps + (_pending is { WeightSum: > 0 } ? 1 : 0);

    private void ReportPending()
    {
        if (TakePending() is StepLosses pending)
            Report(pending);
    }

    private void Report(StepLosses step)
    {
        double loss = ReadLoss(step);
        _observer.StepDone(_position.Epoch, _position.Batches, _steps.BatchesPerEpoch, loss);
    }

    private StepLosses? TakePending()
    {
        StepLosses? pending = _pending;
        _pending = null;
        return pending;
    }

    // The step's mean loss; the position is after it.
    private double ReadLoss(StepLosses step)
    {
        StepLosses losses = step.Read();
        CheckLoss(losses.Mean, _position.Epoch, _position.Batches + losses.Batches);
        _position = _position.After(losses);
        return losses.Mean;
    }

    private double Seconds => _position.Seconds + _clock.Elapsed.TotalSeconds;

    private void SaveIfDue()
    {
        if (Checkpoints is { IsDue: true })
            Checkpoints.Save(State());
    }

    /// <summary>The state of the training, which <see cref="Restore"/> resumes from.</summary>
    public TrainingState State()
    {
        // Not reported: the observer may be what cancels.
        if (TakePending() is StepLosses pending)
            ReadLoss(pending);
        return new(
            _position with
            {
                Seconds = Seconds,
            },
            [.. _reports],
            _best.State,
            _earlyStopping.State,
            _rate.Plateau,
            EngineState.Of(_engine)
        );
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
        NetworkWeights weights = _engine.GetAverage() ?? _engine.GetWeights();
        if (weights.FirstNonFinite() is string name)
            throw Diverged($"The weight '{name}' is no longer finite after epoch {epoch}");
        return weights;
    }

    private Exception Diverged(string what) =>
        Contracts.Except(
            $"{what}, so training stopped. Try a lower LearningRate (it was {_plan.LearningRate}), a GradientClipNorm of 1 or less, "
                + $"Normalize on, "
                + "and look for huge values in the features or the label."
        );

    private TrainingResult Result(StopReason reason)
    {
        // After a cancellation within an epoch, the engine's weights belong to no epoch: the best epoch's are returned.
        bool takeBest = RestoresBest || reason == StopReason.Cancelled;
        int epoch = takeBest ? _best.Epoch : _reports.Count;
        NetworkWeights weights = takeBest ? _best.Weights! : FiniteWeights(epoch);
        var history = new TrainingHistory(
            [.. _reports],
            epoch,
            reason,
            _training.Rows.Length,
            _validation?.Rows.Length ?? 0,
            _training.Skipped
        );
        return new TrainingResult(weights, history);
    }
}
