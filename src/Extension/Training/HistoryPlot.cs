using RnnMlNet.Plots;
using RnnMlNet.Plots.Blocks;
using RnnMlNet.Training;

namespace RnnMlNet.Training;

/// <summary>The plot of a training.</summary>
internal static class HistoryPlot
{
    // With a wider range the later epochs would coincide with the axis.
    private const double LinearUpTo = 50;

    private static readonly ChartAxis _epochs = new(AxisKind.Whole, "epoch");

    public static Plot Of(TrainingHistory history)
    {
        var blocks = new List<PlotBlock> { Losses(history) };
        if (history.Epochs.Any(epoch => epoch.ValidationMetric is not null))
            blocks.Add(Metric(history));
        return new Plot("Training", HistoryText.Summary(history), blocks);
    }

    private static LineChart Losses(TrainingHistory history)
    {
        var series = new List<ChartSeries> { Line(history, "training loss", 0, epoch => epoch.TrainingLoss) };
        if (history.Epochs.Any(epoch => epoch.ValidationLoss is not null))
            series.Add(Line(history, "validation loss", 1, epoch => epoch.ValidationLoss));
        return new LineChart(
            "",
            _epochs,
            LossAxis([.. series.SelectMany(line => line.Points).Select(point => point.Y)]),
            series,
            Best(history)
        );
    }

    private static LineChart Metric(TrainingHistory history)
    {
        string name = history.Epochs[0].MetricName;
        string unit = history.Epochs[0].MetricUnit;
        return new LineChart(
            "",
            _epochs,
            new ChartAxis(AxisKind.Linear, unit.Length > 0 ? $"{name} ({unit})" : name),
            [Line(history, $"validation {name}", 2, epoch => epoch.ValidationMetric)],
            Best(history)
        );
    }

    /// <summary>The axis of losses: logarithmic where they differ much.</summary>
    internal static ChartAxis LossAxis(IReadOnlyList<double> losses)
    {
        double[] finite = [.. losses.Where(double.IsFinite)];
        bool isWide = finite.Length > 1 && finite.Min() > 0 && finite.Max() > LinearUpTo * finite.Min();
        return isWide ? new ChartAxis(AxisKind.Log, "loss (logarithmic)") : new ChartAxis(AxisKind.Linear, "loss");
    }

    private static ChartSeries Line(TrainingHistory history, string name, int style, Func<EpochReport, double?> value) =>
        new(name, SeriesKind.Line, style, [.. history.Epochs.Select(epoch => new ChartPoint(epoch.Epoch, value(epoch) ?? double.NaN))]);

    private static ChartMark[] Best(TrainingHistory history) =>
        history.BestEpoch > 0 ? [new ChartMark(history.BestEpoch, $"the model's epoch {history.BestEpoch}")] : [];
}
