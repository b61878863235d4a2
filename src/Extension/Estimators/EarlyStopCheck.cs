using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Warns where options that were set end training on the plateau that it begins on, or let few rows decide.</summary>
internal static class EarlyStopCheck
{
    /// <summary>Rows below which a validation loss is mostly chance.</summary>
    public const int FewestRows = 30;

    /// <param name="log">Is warned.</param>
    /// <param name="settings">How the networks were trained.</param>
    /// <param name="splits">What each network was trained and validated on.</param>
    /// <param name="networks">What was learnt.</param>
    /// <param name="isFresh">Whether training began with random weights: one that continues from a model has left the plateau
    /// behind.</param>
    public static void Check(
        IChannel log,
        SequenceSettings settings,
        IReadOnlyList<TrainingSplit> splits,
        IReadOnlyList<TrainedNetwork> networks,
        bool isFresh
    )
    {
        int held = splits.Min(split => split.Validation?.Rows.Length ?? 0);
        bool stopsEarly = settings.Patience > 0;
        if (held is > 0 and < FewestRows && (stopsEarly || settings.RestoresBest))
            log.Warning(
                $"The loss of {held} validation rows, which is mostly chance, decides "
                    + $"{(stopsEarly ? "when training ends" : "which epoch's weights are kept")}: "
                    + $"leave {nameof(RnnTrainingOptions.ValidationFraction)} and {nameof(RnnTrainingOptions.EarlyStoppingPatience)} null, "
                    + $"or validate on {FewestRows} rows or more."
            );
        TrainedNetwork[] stopped = [.. networks.Where(network => network.History.StopReason == StopReason.EarlyStopping)];
        if (!isFresh || stopped.Length == 0)
            return;
        long updates = (splits[0].Training.Rows.Length + (long)settings.BatchSize - 1) / settings.BatchSize;
        int epochs = stopped.Min(network => network.History.Epochs.Count);
        if (epochs * updates < SequenceDefaults.PatienceUpdates)
            log.Warning(
                $"Training ended after {epochs} epochs of {updates} updates of the weights, "
                    + $"{nameof(RnnTrainingOptions.EarlyStoppingPatience)} being {settings.Patience} epochs: "
                    + "recurrent networks begin on a plateau that is often longer. "
                    + $"Leave it null, or set it to {(SequenceDefaults.PatienceUpdates + updates - 1) / updates}, which is "
                    + $"{SequenceDefaults.PatienceUpdates} updates."
            );
    }
}
