using ScottPlot;

namespace Samples.Forecasting;

/// <summary>Plots forecasts with their intervals after the months before them.</summary>
internal static class ForecastChart
{
    private const int Width = 1000,
        Height = 500,
        LeftMargin = 80;

    /// <param name="history">The months that forecasts are made from, and some before.</param>
    /// <param name="forecast">The forecasts.</param>
    /// <param name="actual">The actual months.</param>
    /// <param name="path">The plot's file.</param>
    public static void Save(IReadOnlyList<Co2Month> history, Co2Forecast forecast, IReadOnlyList<Co2Month> actual, string path)
    {
        using var plot = new Plot();
        DateTime[] ahead = [.. actual.Select(month => month.Month)];
        double[] times = [.. ahead.Select(time => time.ToOADate())];

        var band = plot.Add.FillY(
            times,
            [.. forecast.Lower.Select(value => (double)value)],
            [.. forecast.Upper.Select(value => (double)value)]
        );
        band.FillStyle.Color = Colors.Orange.WithAlpha(0.3);
        band.LineStyle.Width = 0;
        band.LegendText = "95 % interval";
        Line(plot, history, Colors.Gray, "measured before");
        // From the last month before, so that the line has no gap.
        Line(plot, [history[^1], .. actual], Colors.Black, "measured after");
        var line = plot.Add.ScatterLine(ahead, forecast.Forecast, Colors.OrangeRed);
        line.LineWidth = 2;
        line.LegendText = "forecast";

        plot.Axes.DateTimeTicksBottom();
        plot.Title("Carbon dioxide at Mauna Loa, forecast for two years");
        plot.YLabel("parts per million");
        // Room for the label beside the numbers.
        plot.Axes.Left.MinimumSize = LeftMargin;
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(path, Width, Height);
    }

    private static void Line(Plot plot, IReadOnlyList<Co2Month> months, Color color, string legend)
    {
        var line = plot.Add.ScatterLine(months.Select(month => month.Month).ToArray(), months.Select(month => month.Co2).ToArray(), color);
        line.LineWidth = 2;
        line.LegendText = legend;
    }
}
