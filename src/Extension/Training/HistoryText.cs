using RnnMlNet.Text;

namespace RnnMlNet.Training;

/// <summary>A training's history as text.</summary>
internal static class HistoryText
{
    /// <summary>The reason for stopping, the model's epoch and its losses, and the rows.</summary>
    public static string Summary(TrainingHistory history)
    {
        if (history.Epochs.Count == 0)
            return "No epoch was run.";
        EpochReport last = history.Epochs[^(history.RefitEpochs + 1)];
        string planned = history.RefitEpochs == 0 ? $" of {last.MaxEpochs}" : "";
        string end = history.StopReason switch
        {
            StopReason.EarlyStopping => $"Stopped early after epoch {last.Epoch}{planned}",
            StopReason.Cancelled when !RanToItsEnd(history, last) => $"Cancelled after epoch {last.Epoch}{planned}",
            StopReason.MaxEpochs or StopReason.Cancelled => $"Ran {Words.Plural(last.Epoch, "epoch")}",
            _ => throw new ArgumentOutOfRangeException(nameof(history), history.StopReason, null),
        };
        double seconds = history.Epochs.Sum(epoch => epoch.Seconds);
        string time = seconds > 0 ? $" in {Durations.Text(seconds)}" : "";
        string refit =
            history.RefitEpochs == 0 ? "" : $", trained further for {Words.Plural(history.RefitEpochs, "epoch")} with the held-out steps";
        bool isOfAPart = history.StopReason == StopReason.Cancelled && RanToItsEnd(history, last);
        string cancelled = isOfAPart ? ", and the rest of the training was cancelled" : "";
        string whose = history.Network.Count == 1 ? "" : $"Network {history.Network.Number} of {history.Network.Count}: ";
        string what = whose.Length == 0 ? "the model" : "it";
        return $"{whose}{end}{time}; {what} has the weights of epoch {history.BestEpoch}{BestLosses(history)}{refit}{cancelled}. "
            + $"{Rows(history)}{Skipped(history)}{NotFinite(history)}.";
    }

    private static string Rows(TrainingHistory history)
    {
        bool isRefit = history.RefitEpochs > 0;
        int targets = Math.Max(1, history.TargetsOfWindow);
        string training = Words.Plural(history.TrainingRows / targets, history.TargetsOfWindow == 0 ? "row" : "window");
        long validation = history.ValidationRows / targets;
        return isRefit
            ? $"{training} to train on in the end, {validation} of them to validate on before"
            : $"{training} to train on, {validation} to validate on";
    }

    // The cancellation then affected other members of the ensemble.
    private static bool RanToItsEnd(TrainingHistory history, EpochReport last) => history.RefitEpochs > 0 || last.Epoch == last.MaxEpochs;

    private static string BestLosses(TrainingHistory history)
    {
        EpochReport? best = history.Epochs.FirstOrDefault(epoch => epoch.Epoch == history.BestEpoch);
        return best switch
        {
            null => "",
            { ValidationLoss: double loss, ValidationMetric: double metric } =>
                $", validation loss {Words.Number(loss, 4)}, {best.MetricName} "
                    + $"{Words.Number(metric, 4)}{(best.MetricUnit.Length > 0 ? $" ({best.MetricUnit})" : "")}",
            _ => $", training loss {Words.Number(best.TrainingLoss, 4)}",
        };
    }

    private static string Skipped(TrainingHistory history) =>
        history.SkippedRows == 0 ? "" : $"; {Words.Plural(history.SkippedRows, "row was", "rows were")} skipped";

    private static string NotFinite(TrainingHistory history)
    {
        int count = history
            .Epochs.SelectMany(epoch => new[] { epoch.TrainingLoss, epoch.ValidationLoss ?? 0, epoch.ValidationMetric ?? 0 })
            .Count(value => !double.IsFinite(value));
        return count == 0
            ? ""
            : $"; {Words.Plural(count, "value")} that {(count == 1 ? "is" : "are")} not finite {(count == 1 ? "is" : "are")} left out";
    }
}
