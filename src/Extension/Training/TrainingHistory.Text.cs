using RnnMlNet.Text;

namespace RnnMlNet;

public sealed partial record TrainingHistory
{
    /// <summary>The reason for stopping, the model's epoch and its losses, and the rows.</summary>
    private string Summary()
    {
        if (Epochs.Count == 0)
            return "No epoch was run.";
        EpochReport last = Epochs[^(RefitEpochs + 1)];
        string planned = RefitEpochs == 0 ? $" of {last.MaxEpochs}" : "";
        string end = StopReason switch
        {
            StopReason.EarlyStopping => $"Stopped early after epoch {last.Epoch}{planned}",
            StopReason.Cancelled when !RanToItsEnd(last) => $"Cancelled after epoch {last.Epoch}{planned}",
            StopReason.MaxEpochs or StopReason.Cancelled => $"Ran {Words.Plural(last.Epoch, "epoch")}",
            _ => throw new ArgumentOutOfRangeException(nameof(StopReason), StopReason, null),
        };
        double seconds = Epochs.Sum(epoch => epoch.Seconds);
        string time = seconds > 0 ? $" in {Durations.Text(seconds)}" : "";
        string refit = RefitEpochs == 0 ? "" : $", trained further for {Words.Plural(RefitEpochs, "epoch")} with the held-out steps";
        bool isOfAPart = StopReason == StopReason.Cancelled && RanToItsEnd(last);
        string cancelled = isOfAPart ? ", and the rest of the training was cancelled" : "";
        string whose = Network.Count == 1 ? "" : $"Network {Network.Number} of {Network.Count}: ";
        string what = whose.Length == 0 ? "the model" : "it";
        return $"{whose}{end}{time}; {what} has the weights of epoch {BestEpoch}{BestLosses()}{refit}{cancelled}. "
            + $"{Rows()}{Skipped()}{NotFinite()}.";
    }

    private string Rows()
    {
        bool isRefit = RefitEpochs > 0;
        int targets = Math.Max(1, TargetsOfWindow);
        string training = Words.Plural(TrainingRows / targets, TargetsOfWindow == 0 ? "row" : "window");
        long validation = ValidationRows / targets;
        return isRefit
            ? $"{training} to train on in the end, {validation} of them to validate on before"
            : $"{training} to train on, {validation} to validate on";
    }

    // The cancellation then affected other members of the ensemble.
    private bool RanToItsEnd(EpochReport last) => RefitEpochs > 0 || last.Epoch == last.MaxEpochs;

    private string BestLosses()
    {
        EpochReport? best = Epochs.FirstOrDefault(epoch => epoch.Epoch == BestEpoch);
        return best switch
        {
            null => "",
            { ValidationLoss: double loss, ValidationMetric: double metric } =>
                $", validation loss {Words.Number(loss, 4)}, {best.MetricName} "
                    + $"{Words.Number(metric, 4)}{(best.MetricUnit.Length > 0 ? $" ({best.MetricUnit})" : "")}",
            _ => $", training loss {Words.Number(best.TrainingLoss, 4)}",
        };
    }

    private string Skipped() => SkippedRows == 0 ? "" : $"; {Words.Plural(SkippedRows, "row was", "rows were")} skipped";

    private string NotFinite()
    {
        int count = Epochs
            .SelectMany(epoch => new[] { epoch.TrainingLoss, epoch.ValidationLoss ?? 0, epoch.ValidationMetric ?? 0 })
            .Count(value => !double.IsFinite(value));
        return count == 0
            ? ""
            : $"; {Words.Plural(count, "value")} that {(count == 1 ? "is" : "are")} not finite {(count == 1 ? "is" : "are")} left out";
    }
}
