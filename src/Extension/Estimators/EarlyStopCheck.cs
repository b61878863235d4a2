using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// Rejects a patience without validation, and warns where the options end training on its initial plateau, or let few rows decide.
/// </summary>
internal static class EarlyStopCheck
{
    /// <summary>Rows below which a validation loss is mostly chance.</summary>
    public const int FewestRows = 30;

    /// <summary>Checks that there is validation where early stopping needs it.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="options">The options.</param>
    /// <param name="lack">What is missing, for the message.</param>
    /// <param name="remedy">The options to set, up to the held-out share.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no validation.</exception>
    public static void CheckPatience(IExceptionContext ectx, RnnTrainingOptions options, string lack, string remedy)
    {
        if (options.EarlyStoppingPatience > 0 && options.ValidationFraction == 0)
            throw ectx.ExceptUserArg(
                nameof(options.EarlyStoppingPatience),
                $"EarlyStoppingPatience is {options.EarlyStoppingPatience}, but {lack} to validate on: set {remedy}a ValidationFraction "
                    + "above 0, or EarlyStoppingPatience to 0."
            );
    }

    /// <param name="log">Receives the warning.</param>
    /// <param name="settings">The resolved options.</param>
    /// <param name="splits">Training and validation rows of each network.</param>
    /// <param name="networks">The trained networks.</param>
    /// <param name="isFresh">Whether training began with random weights: one that continues from a model is past the plateau.</param>
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
