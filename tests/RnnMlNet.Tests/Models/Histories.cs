namespace RnnMlNet.Tests.Models;

/// <summary>Training histories for models that no training made.</summary>
internal static class Histories
{
    public static TrainingHistory Empty { get; } = new([], 0, StopReason.MaxEpochs, 0, 0, 0);

    public static TrainingHistory TwoEpochs { get; } =
        new(
            [new EpochReport(1, 9, 1.5, 1.25, "RMSE", 2.5, 0.01, 0, true), new EpochReport(2, 9, 1.0, null, "RMSE", null, 0.005, 0, false)],
            1,
            StopReason.EarlyStopping,
            100,
            20,
            3
        );
}
