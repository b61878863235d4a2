using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>The training plan that a Fit's options ask for.</summary>
internal static class FitPlan
{
    /// <param name="options">What to train with.</param>
    /// <param name="settings">The options that were chosen from the data.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="seed">Of the order of the rows.</param>
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
