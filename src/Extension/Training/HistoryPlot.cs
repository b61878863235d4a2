using RnnMlNet.Plots.Blocks;

namespace RnnMlNet.Training;

/// <summary>The plot of a training.</summary>
internal static class HistoryPlot
{
    // With a wider range the later epochs would coincide with the axis.
    private const double LinearUpTo = 50;

    private static readonly ChartAxis _epochs = new(AxisKind.Whole, "epoch");

    public static Plot Of(IReadOnlyList<EpochReport> epochs, int bestEpoch, string summary)
    {
        var blocks = new List<PlotBlock> { Losses(epochs, bestEpoch) };
        if (epochs.Any(epoch => epoch.ValidationMetric is not null))
            blocks.Add(Metric(epochs, bestEpoch));
        return new Plot("Training", summary, blocks);
    }

    private static LineChart Losses(IReadOnlyList<EpochReport> epochs, int bestEpoch)
    {
        var series = new List<ChartSeries> { Line(epochs, "training loss", 0, epoch => epoch.TrainingLoss) };
        if (epochs.Any(epoch => epoch.ValidationLoss is not null))
            series.Add(Line(epochs, "validation loss", 1, epoch => epoch.ValidationLoss));
        return new LineChart(
            "",
            _epochs,
            LossAxis([.. series.SelectMany(line => line.Points).Select(point => point.Y)]),
            series,
            Best(bestEpoch)
        );
    }

    private static LineChart Metric(IReadOnlyList<EpochReport> epochs, int bestEpoch)
    {
        string name = epochs[0].MetricName;
        string unit = epochs[0].MetricUnit;
        return new LineChart(
            "",
            _epochs,
            new ChartAxis(AxisKind.Linear, unit.Length > 0 ? $"{name} ({unit})" : name),
            [Line(epochs, $"validation {name}", 2, epoch => epoch.ValidationMetric)],
            Best(bestEpoch)
        );
    }

    /// <summary>The axis of losses: logarithmic where they differ much.</summary>
    internal static ChartAxis LossAxis(IReadOnlyList<double> losses)
    {
        double[] finite = [.. losses.Where(double.IsFinite)];
        bool isWide = finite.Length > 1 && finite.Min() > 0 && finite.Max() > LinearUpTo * finite.Min();
        return isWide ? new ChartAxis(AxisKind.Log, "loss (logarithmic)") : new ChartAxis(AxisKind.Linear, "loss");
    }

    private static ChartSeries Line(IReadOnlyList<EpochReport> epochs, string name, int style, Func<EpochReport, double?> value) =>
        new(name, SeriesKind.Line, style, [.. epochs.Select(epoch => new ChartPoint(epoch.Epoch, value(epoch) ?? double.NaN))]);

    private static ChartMark[] Best(int bestEpoch) => bestEpoch > 0 ? [new ChartMark(bestEpoch, $"the model's epoch {bestEpoch}")] : [];
}
