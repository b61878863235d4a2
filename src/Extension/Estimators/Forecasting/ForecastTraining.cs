using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>One training of a network on a forecaster's windows: the plan, and the engine that computes it.</summary>
internal sealed class ForecastTraining : IDisposable
{
    private readonly ForecastWindows _windows;
    private readonly TrainingPlan _plan;
    private readonly CancellationToken _cancellation;
    private readonly bool _isRefit;

    /// <param name="log">Is told what could not be done as asked.</param>
    /// <param name="options">What to train, and how.</param>
    /// <param name="windows">What to train on.</param>
    /// <param name="seed">Of weights, order and dropout.</param>
    /// <param name="measured">A training that was measured on the held-out ends, from whose weights another goes on with all steps; null
    /// for a training from its beginning.</param>
    public ForecastTraining(IChannel log, Options options, ForecastWindows windows, int seed, TrainingResult? measured = null)
    {
        ForecastSettings settings = windows.Settings;
        _windows = windows;
        _isRefit = measured is not null;
        _cancellation = options.CancellationToken;
        TrainingSettings own = windows.Validation is null ? settings with { Patience = 0 } : settings;
        _plan = FitPlan.Of(options, own, windows.Loss, seed) with
        {
            Quantiles = settings.Quantiles,
            MetricName = Evaluation.StandardisedError,
            MetricUnit = Evaluation.StandardisedUnit,
        };
        if (measured is not null)
            _plan = Refit(_plan, measured.History);
        Engine = FitEngine.Create(
            log,
            options,
            settings,
            seed,
            new EngineSettings
            {
                Shape = windows.Shape,
                InitialWeights =
                    measured?.Weights
                    ?? WeightInitializer.Create(
                        windows.Shape,
                        forgetBias: 1,
                        seed,
                        ThreadCount.Of(options.Threads),
                        options.CancellationToken.ThrowIfCancellationRequested
                    ),
                Loss = windows.Loss,
                Quantiles = settings.Quantiles,
                TeacherForcing = settings.TeacherForcing,
                HeadDropout = settings.Dropout,
            }
        );
    }

    public ITrainingEngine Engine { get; }

    /// <summary>The loop, not yet run.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="checkpoints">Where its state is kept; null for nowhere.</param>
    /// <param name="pauseAfter">The epoch after which it ends early; null for none.</param>
    public TrainingLoop Loop(ITrainingObserver observer, ICheckpoints? checkpoints = null, int? pauseAfter = null) =>
        new(
            Engine,
            _plan,
            _windows.Shape.Outputs,
            _isRefit ? _windows.All : _windows.Training,
            _isRefit ? null : _windows.Validation,
            observer,
            _cancellation
        )
        {
            Checkpoints = checkpoints,
            PauseAfter = pauseAfter,
        };

    /// <summary>Epochs at most.</summary>
    public int MaxEpochs => _plan.MaxEpochs;

    public void Dispose() => Engine.Dispose();

    // A third of the epochs that were good, from a fifth of the rate down to zero: the weights are good already, and only the ends are new.
    private static TrainingPlan Refit(TrainingPlan plan, TrainingHistory measured) =>
        plan with
        {
            MaxEpochs = (measured.BestEpoch + 2) / 3,
            LearningRate = plan.LearningRate / 5,
            Schedule = LearningRateSchedule.Cosine,
            Patience = 0,
            RestoreBest = false,
        };
}
