using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>One training of a network on a forecaster's windows: the plan, and the engine that computes it.</summary>
internal sealed class ForecastTraining : IDisposable
{
    private readonly ForecastWindows _windows;
    private readonly TrainingPlan _plan;
    private readonly CancellationToken _cancellation;

    /// <param name="log">Is told what could not be done as asked.</param>
    /// <param name="options">What to train, and how.</param>
    /// <param name="settings">What of that was chosen from the data.</param>
    /// <param name="windows">What to train on.</param>
    /// <param name="seed">Of weights, order and dropout.</param>
    public ForecastTraining(IChannel log, Options options, TrainingSettings settings, ForecastWindows windows, int seed)
    {
        _windows = windows;
        _cancellation = options.CancellationToken;
        TrainingSettings own = windows.Validation is null ? settings with { Patience = 0 } : settings;
        _plan = FitPlan.Of(options, own, windows.Loss, seed) with { Quantiles = windows.Quantiles, MetricName = Evaluation.StandardisedError, MetricUnit = Evaluation.StandardisedUnit };
        Engine = FitEngine.Create(log, options, settings, seed, new EngineSettings
        {
            Shape = windows.Shape,
            InitialWeights = WeightInitializer.Create(windows.Shape, forgetBias: 1, seed, ThreadCount.Of(options.Threads),
                options.CancellationToken.ThrowIfCancellationRequested),
            Loss = windows.Loss,
            Quantiles = windows.Quantiles,
            TeacherForcing = options.TeacherForcing,
            HeadDropout = options.Dropout,
        });
    }

    public ITrainingEngine Engine { get; }

    /// <summary>The loop, not yet run.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="checkpoints">Where its state is kept; null for nowhere.</param>
    /// <param name="pauseAfter">The epoch after which it ends early; null for none.</param>
    public TrainingLoop Loop(ITrainingObserver observer, ICheckpoints? checkpoints = null, int? pauseAfter = null) =>
        new(Engine, _plan, _windows.Shape.Outputs, _windows.Training, _windows.Validation, observer, _cancellation) { Checkpoints = checkpoints, PauseAfter = pauseAfter };

    public void Dispose() => Engine.Dispose();
}
