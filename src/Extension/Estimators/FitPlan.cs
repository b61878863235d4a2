using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>The training plan for a Fit's options.</summary>
internal static class FitPlan
{
    /// <param name="options">The options.</param>
    /// <param name="settings">The resolved options.</param>
    /// <param name="loss">The training loss.</param>
    /// <param name="seed">Seed of the order of the rows.</param>
    public static TrainingPlan Of(RnnTrainingOptions options, TrainingSettings settings, LossKind loss, int seed) =>
        new()
        {
            Loss = loss,
            MaxEpochs = settings.MaxEpochs,
            BatchSize = settings.BatchSize,
            BatchesPerStep = options.GradientAccumulationSteps,
            LearningRate = settings.LearningRate,
            Schedule = settings.Schedule,
            Decay = options.LearningRateDecay,
            Patience = settings.Patience,
            MinDelta = options.EarlyStoppingMinDelta,
            RestoreBest = settings.RestoresBest,
            Seed = seed,
            OnCancellation = options.OnCancellation,
        };
}
