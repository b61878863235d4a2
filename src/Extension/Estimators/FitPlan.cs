using RnnMlNet.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>The training plan that a Fit's options ask for.</summary>
internal static class FitPlan
{
    private const int DefaultPatience = 10;

    /// <param name="options">What to train with.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="hasValidation">Whether there are rows to validate on.</param>
    /// <param name="seed">Of the order of the rows.</param>
    public static TrainingPlan Of(RnnTrainingOptions options, LossKind loss, bool hasValidation, int seed) => new()
    {
        Loss = loss,
        MaxEpochs = options.MaxEpochs,
        BatchSize = options.BatchSize,
        BatchesPerStep = options.GradientAccumulationSteps,
        LearningRate = options.LearningRate,
        Schedule = options.LearningRateSchedule,
        Decay = options.LearningRateDecay,
        Patience = options.EarlyStoppingPatience ?? (hasValidation ? DefaultPatience : 0),
        MinDelta = options.EarlyStoppingMinDelta,
        RestoreBest = options.RestoreBestWeights,
        Seed = seed,
        OnCancellation = options.OnCancellation,
    };
}
