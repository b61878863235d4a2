using RnnMlNet.Pictures.Charts;

namespace RnnMlNet.Pictures;

/// <summary>The picture of a learning rate range test.</summary>
internal static class LearningRatePicture
{
    public static Picture Of(LearningRateCurve curve)
    {
        ChartSeries each = new(
            "loss of a step",
            SeriesKind.Points,
            ChartSeries.Faint,
            [.. curve.Points.Select(point => new ChartPoint(point.LearningRate, point.Loss))]
        );
        ChartSeries smoothed = new(
            "smoothed loss",
            SeriesKind.Line,
            0,
            [.. curve.Points.Select(point => new ChartPoint(point.LearningRate, point.SmoothedLoss))]
        );
        ChartMark[] marks = curve.Suggestion is float rate ? [new ChartMark(rate, $"suggested: {Label.Number(rate)}")] : [];
        var chart = new LineChart(
            "",
            new ChartAxis(AxisKind.Log, "learning rate (logarithmic)"),
            HistoryPicture.LossAxis([.. curve.Points.SelectMany(point => new[] { point.Loss, point.SmoothedLoss })]),
            [each, smoothed],
            marks
        );
        return new Picture("Learning rate range test", curve + ".", [chart]);
    }
}
