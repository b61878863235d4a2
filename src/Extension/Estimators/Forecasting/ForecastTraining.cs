using Microsoft.ML.Runtime;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Creates the trainings of networks on a forecaster's windows.</summary>
/// <param name="log">Receives deviations from the options.</param>
/// <param name="options">The options.</param>
/// <param name="windows">The windows.</param>
internal sealed class ForecastTraining(IChannel log, Options options, ForecastWindows windows)
{
    /// <summary>A training, not yet begun: a member's first on all except the held-out ends, its second on all steps.</summary>
    /// <param name="start">The ensemble member, the seed of weights, order and dropout, and the result of its first training.</param>
    public NetworkTraining New(NetworkStart start)
    {
        ForecastSettings settings = windows.Settings;
        TrainingSettings own = windows.Validation is null ? settings with { Patience = 0 } : settings;
        TrainingPlan plan = FitPlan.Of(options, own, windows.Loss, start.Seed) with
        {
            Quantiles = settings.Quantiles,
            MetricName = Evaluation.StandardisedError,
            MetricUnit = Evaluation.StandardisedUnit,
        };
        ITrainingEngine engine = NewEngine(start);
        if (start.Before is null)
            return new NetworkTraining(windows.Shape, plan, engine, windows.Training, windows.Validation, options.CancellationToken)
            {
                Kind = "forecaster",
                Detail =
                    $" on {windows.Training.Windows} windows of {windows.Training.Series} series, validating on "
                    + $"{windows.Validation?.Windows ?? 0}, {engine.Description}",
            };
        plan = TrainOn(plan, start.Before.History);
        return new NetworkTraining(windows.Shape, plan, engine, windows.All, null, options.CancellationToken)
        {
            Kind = "forecaster",
            Purpose = " further with the held-out ends",
            Detail = $": {windows.All.Windows} windows, {plan.MaxEpochs} epochs",
        };
    }

    private ITrainingEngine NewEngine(NetworkStart start) =>
        FitEngine.Create(
            log,
            options,
            windows.Settings,
            start.Seed,
            new EngineSettings
            {
                Shape = windows.Shape,
                InitialWeights = start.Before?.Weights ?? windows.WarmStart?.WeightsOf(start.Member) ?? Fresh(start),
                Loss = windows.Loss,
                Quantiles = windows.Settings.Quantiles,
                TeacherForcing = windows.Settings.TeacherForcing,
                Threads = start.Threads,
            }
        );

    private NetworkWeights Fresh(NetworkStart start) =>
        WeightInitializer.Create(
            windows.Shape,
            forgetBias: 1,
            start.Seed,
            ThreadCount.Of(start.Threads ?? options.Threads),
            options.CancellationToken.ThrowIfCancellationRequested
        );

    // A third of the best number of epochs, from a fifth of the rate down to zero: the weights are good already, and only the ends are new.
    private static TrainingPlan TrainOn(TrainingPlan plan, TrainingHistory measured) =>
        plan with
        {
            MaxEpochs = (measured.BestEpoch + 2) / 3,
            LearningRate = plan.LearningRate / 5,
            Schedule = LearningRateSchedule.Cosine,
            Patience = 0,
            RestoreBest = false,
        };
}
