using RnnMlNet.Plots;
using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Training;

/// <summary>The plot of a learning rate range test.</summary>
internal static class LearningRatePlot
{
    public static Plot Of(IReadOnlyList<LearningRatePoint> points, float? suggestion, string summary)
    {
        ChartSeries each = new(
            "loss of a step",
            SeriesKind.Points,
            ChartSeries.Faint,
            [.. points.Select(point => new ChartPoint(point.LearningRate, point.Loss))]
        );
        ChartSeries smoothed = new(
            "smoothed loss",
            SeriesKind.Line,
            0,
            [.. points.Select(point => new ChartPoint(point.LearningRate, point.SmoothedLoss))]
        );
        ChartMark[] marks = suggestion is float rate ? [new ChartMark(rate, $"suggested: {Label.Number(rate)}")] : [];
        var chart = new LineChart(
            "",
            new ChartAxis(AxisKind.Log, "learning rate (logarithmic)"),
            HistoryPlot.LossAxis([.. points.SelectMany(point => new[] { point.Loss, point.SmoothedLoss })]),
            [each, smoothed],
            marks
        );
        return new Plot("Learning rate range test", summary + ".", [chart]);
    }
}
