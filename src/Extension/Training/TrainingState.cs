using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// The complete state of a training between two batches: with it, the same rows and the same plan, another process resumes with
/// bit-identical results. The order of the rows is not part of it, because the seed and the epoch's number determine it.
/// </summary>
internal sealed record TrainingState(
    TrainingPosition Position,
    IReadOnlyList<EpochReport> Reports,
    BestEpochState Best,
    EarlyStoppingState EarlyStopping,
    PlateauState Plateau,
    EngineState Engine
);

/// <summary>The position of a training.</summary>
/// <param name="Epoch">The current epoch, 1 for the first.</param>
/// <param name="Batches">Complete batches of that epoch.</param>
/// <param name="Steps">Number of updates since the start.</param>
/// <param name="LossSum">Sum of the epoch's losses so far, each times its batch's weight.</param>
/// <param name="WeightSum">Sum of the weights of the epoch's batches so far.</param>
/// <param name="Seconds">Duration of the epoch so far.</param>
internal readonly record struct TrainingPosition(int Epoch, int Batches, long Steps, double LossSum, double WeightSum, double Seconds)
{
    public static TrainingPosition Start => EpochStart(1, 0);

    public static TrainingPosition EpochStart(int epoch, long steps) => new(epoch, 0, steps, 0, 0, 0);

    /// <summary>The position after one more step.</summary>
    public TrainingPosition After(StepLosses step) =>
        this with
        {
            Batches = Batches + step.Batches,
            Steps = Steps + (step.WeightSum > 0 ? 1 : 0),
            LossSum = LossSum + step.LossSum,
            WeightSum = WeightSum + step.WeightSum,
        };
}

/// <summary>The best epoch so far (0 and null before any), its loss and its weights.</summary>
internal sealed record BestEpochState(int Epoch, double Loss, NetworkWeights? Weights)
{
    public static BestEpochState None { get; } = new(0, double.PositiveInfinity, null);
}

/// <summary>The loss to improve on, and the number of epochs since.</summary>
internal readonly record struct EarlyStoppingState(double Loss, int EpochsWithoutBetter);

/// <summary>The factor of the rate under ReduceOnPlateau, the loss to improve on, and the number of epochs since.</summary>
internal readonly record struct PlateauState(double Factor, double BestLoss, int EpochsWithoutBetter);
