using RnnMlNet.Pictures.Charts;
using RnnMlNet.Training;

namespace RnnMlNet.Pictures;

/// <summary>The picture of a training.</summary>
internal static class HistoryPicture
{
    // Of a wider range the later epochs would lie on the axis.
    private const double LinearUpTo = 50;

    private static readonly ChartAxis _epochs = new(AxisKind.Whole, "epoch");

    public static Picture Of(TrainingHistory history)
    {
        var blocks = new List<PictureBlock> { Losses(history) };
        if (history.Epochs.Any(epoch => epoch.ValidationMetric is not null))
            blocks.Add(Metric(history));
        return new Picture("Training", Summary(history), blocks);
    }

    private static LineChart Losses(TrainingHistory history)
    {
        var series = new List<ChartSeries> { Line(history, "training loss", 0, epoch => epoch.TrainingLoss) };
        if (history.Epochs.Any(epoch => epoch.ValidationLoss is not null))
            series.Add(Line(history, "validation loss", 1, epoch => epoch.ValidationLoss));
        return new LineChart("", _epochs, LossAxis([.. series.SelectMany(line => line.Points).Select(point => point.Y)]), series, Best(history));
    }

    private static LineChart Metric(TrainingHistory history)
    {
        string name = history.Epochs[0].MetricName;
        string unit = name switch { "Accuracy" => "share of the validation " +
            "rows", "RMSE" => "in the label's unit", Evaluation.StandardisedError => "in standard deviations of each series", _ => "" };
        return new LineChart("", _epochs, new ChartAxis(AxisKind.Linear, unit.Length > 0 ? $"{name} ({unit})" : name),
            [Line(history, $"validation {name}", 2, epoch => epoch.ValidationMetric)], Best(history));
    }

    /// <summary>The axis of losses: by their logarithms where they differ much.</summary>
    internal static ChartAxis LossAxis(IReadOnlyList<double> losses)
    {
        double[] finite = [.. losses.Where(double.IsFinite)];
        bool isWide = finite.Length > 1 && finite.Min() > 0 && finite.Max() > LinearUpTo * finite.Min();
        return isWide ? new ChartAxis(AxisKind.Log, "loss (logarithmic)") : new ChartAxis(AxisKind.Linear, "loss");
    }

    private static ChartSeries Line(TrainingHistory history, string name, int style, Func<EpochReport, double?> value) =>
        new(name, SeriesKind.Line, style, [.. history.Epochs.Select(epoch => new ChartPoint(epoch.Epoch, value(epoch) ?? double.NaN))]);

    private static ChartMark[] Best(TrainingHistory history) => history.BestEpoch > 0 ? [new ChartMark(history.BestEpoch, $"the model's epoch {history.BestEpoch}")] : [];

    private static string Summary(TrainingHistory history)
    {
        if (history.Epochs.Count == 0)
            return "No epoch was run.";
        EpochReport last = history.Epochs[^1];
        string end = history.StopReason switch
        {
            StopReason.EarlyStopping => $"Stopped early after epoch {last.Epoch} of {last.MaxEpochs}",
            StopReason.Cancelled => $"Cancelled after epoch {last.Epoch} of {last.MaxEpochs}",
            _ => $"Ran {Label.Plural(last.Epoch, "epoch")}",
        };
        double seconds = history.Epochs.Sum(epoch => epoch.Seconds);
        string time = seconds > 0 ? $" in {Durations.Text(seconds)}" : "";
        return $"{end}{time}; the model has the weights of epoch {history.BestEpoch}{BestLosses(history)}. " +
            $"{Label.Plural(history.TrainingRows, "row")} to train on, {history.ValidationRows} to validate on{NotFinite(history)}.";
    }

    private static string BestLosses(TrainingHistory history)
    {
        EpochReport? best = history.Epochs.FirstOrDefault(epoch => epoch.Epoch == history.BestEpoch);
        return best switch
        {
            null => "",
            { ValidationLoss: double loss, ValidationMetric: double metric } => $", validation loss {Label.Number(loss, 4)}, {best.MetricName} {Label.Number(metric, 4)}",
            _ => $", training loss {Label.Number(best.TrainingLoss, 4)}",
        };
    }

    private static string NotFinite(TrainingHistory history)
    {
        int count = history.Epochs.SelectMany(epoch => new[] { epoch.TrainingLoss, epoch.ValidationLoss ?? 0, epoch.ValidationMetric ?? 0 }).Count(value => !double.IsFinite(value));
        return count == 0 ? "" : $"; {Label.Plural(count, "value")} that {(count == 1 ? "is" : "are")} not finite {(count == 1 ? "is" : "are")} left out";
    }
}
