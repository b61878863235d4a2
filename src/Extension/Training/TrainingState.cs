using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// All that a training between two batches is: with it, the same rows and the same plan, another process goes on to the same bytes. The
/// order of the rows is none of it, because it follows from the seed and the epoch's number.
/// </summary>
internal sealed record TrainingState(
    TrainingPosition Position,
    IReadOnlyList<EpochReport> Reports,
    BestEpochState Best,
    EarlyStoppingState EarlyStopping,
    PlateauState Plateau,
    EngineState Engine
);

/// <summary>How far a training has come.</summary>
/// <param name="Epoch">The epoch it is in, 1 for the first.</param>
/// <param name="Batches">Batches of that epoch that are done.</param>
/// <param name="Steps">Updates made since the beginning.</param>
/// <param name="LossSum">Sum of the epoch's losses so far, each times its batch's weight.</param>
/// <param name="WeightSum">Sum of the weights of the epoch's batches so far.</param>
/// <param name="Seconds">Time the epoch has taken so far.</param>
internal readonly record struct TrainingPosition(int Epoch, int Batches, long Steps, double LossSum, double WeightSum, double Seconds)
{
    public static TrainingPosition Start => EpochStart(1, 0);

    public static TrainingPosition EpochStart(int epoch, long steps) => new(epoch, 0, steps, 0, 0, 0);

    /// <summary>One step further.</summary>
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

/// <summary>The loss to beat, and for how many epochs it was not.</summary>
internal readonly record struct EarlyStoppingState(double Loss, int EpochsWithoutBetter);

/// <summary>What ReduceOnPlateau has made of the rate so far, the loss to beat, and for how many epochs it was not.</summary>
internal readonly record struct PlateauState(double Factor, double BestLoss, int EpochsWithoutBetter);
