using RnnMlNet;

namespace Samples.Quickstart;

/// <summary>How the digits are learnt.</summary>
internal static class DigitRecipe
{
    /// <summary>A bidirectional LSTM. The one-cycle schedule does its best in its last epochs, so it is run to the end and the last weights are kept.</summary>
    public static RnnMulticlassTrainer.Options Options() => new()
    {
        FeatureColumnName = nameof(DigitImage.Pixels),
        FeaturesPerStep = 8,
        Normalize = false,
        HiddenSize = 128,
        Bidirectional = true,
        Pooling = Pooling.Last | Pooling.Max,
        InputDropout = 0.1f,
        HeadDropout = 0.3f,
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 0.01f,
        MaxEpochs = 40,
        LearningRate = 5e-3f,
        LearningRateSchedule = LearningRateSchedule.OneCycle,
        EarlyStoppingPatience = 0,
        RestoreBestWeights = false,
    };
}
