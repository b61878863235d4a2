using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// Options of a plain network, set so that nothing is chosen from the data: one LSTM of one direction whose last state is read, Adam at a
/// constant rate, a tenth of the rows held out. What a test has set already stays as it is.
/// </summary>
internal static class Plain
{
    public static TOptions Set<TOptions>(TOptions options)
        where TOptions : RnnOptions
    {
        options.Cell ??= CellKind.Lstm;
        options.HiddenSize ??= 64;
        options.EmbeddingSize ??= 64;
        options.Layers ??= 1;
        options.Bidirectional ??= false;
        options.HeadHiddenSizes ??= [];
        options.Dropout ??= 0;
        options.InputDropout ??= 0;
        options.HeadDropout ??= 0;
        options.Calibrate ??= false;
        options.MinTokenCount ??= 1;
        options.PatchLength ??= 1;
        options.Augmentation ??= Augmentation.None;
        if (!IsTagger(options))
            options.Pooling ??= Pooling.Last;
        SetTraining(options);
        options.MaxEpochs ??= 100;
        options.BatchSize ??= 32;
        return options;
    }

    /// <summary>Whether options are of a trainer with predictions at every step, which pools nothing.</summary>
    public static bool IsTagger(RnnOptions options) => options is RnnSequenceTaggerTrainer.Options or RnnMultiLabelTaggerTrainer.Options;

    private static void SetTraining(RnnTrainingOptions options)
    {
        options.EnsembleSize ??= 1;
        options.LearningRate ??= 1e-3f;
        options.LearningRateSchedule ??= LearningRateSchedule.Constant;
        options.Optimizer ??= OptimizerKind.Adam;
        options.WeightDecay ??= 0;
        options.ValidationFraction ??= 0.1;
        options.RestoreBestWeights ??= true;
    }
}
