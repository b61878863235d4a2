using RnnMlNet.Plots.Svg;

namespace RnnMlNet.Plots.Blocks;

/// <summary>The legend: samples of a chart's lines with their names, in as many rows as needed.</summary>
internal static class SvgLegend
{
    private const double SampleWidth = 26,
        SampleGap = 6,
        EntryGap = 20;

    /// <returns>The height used.</returns>
    public static double Draw(SvgWriter svg, IEnumerable<ChartSeries> series, SvgArea area)
    {
        double line = SvgWriter.LineHeight(TextStyle.Plain) + 2,
            x = area.Left,
            bottom = area.Top + line;
        // Series of equal names are parts of one, such as forecasts from several origins.
        ChartSeries[] entries = [.. series.Where(one => one.Name.Length > 0).DistinctBy(one => (one.Name, one.Kind, one.Style))];
        if (entries.Length == 0)
            return 0;
        svg.BeginGroup("legend");
        foreach (ChartSeries entry in entries)
        {
            string name = TextMeasure.Fit(entry.Name, TextStyle.Plain.Size, area.Width - SampleWidth - SampleGap);
            double width = SampleWidth + SampleGap + TextMeasure.Width(name, TextStyle.Plain.Size);
            if (x > area.Left && x + width > area.Right)
                (x, bottom) = (area.Left, bottom + line);
            Sample(svg, entry, x, bottom - 4);
            svg.Text(x + SampleWidth + SampleGap, bottom, name, TextStyle.Plain, name == entry.Name ? null : entry.Name);
            x += width + EntryGap;
        }
        svg.EndGroup();
        return bottom - area.Top;
    }

    private static void Sample(SvgWriter svg, ChartSeries entry, double x, double y)
    {
        Paint paint = SvgTheme.OfStyle(entry.Style);
        double middle = x + SampleWidth / 2;
        if (entry.Kind == SeriesKind.Band)
        {
            SvgRun.Band(svg, entry.Style, [(x, y - 5), (x + SampleWidth, y - 5)], [(x, y + 5), (x + SampleWidth, y + 5)]);
            return;
        }
        if (entry.Kind != SeriesKind.Points)
            svg.Line(x, y, x + SampleWidth, y, paint, 2, SvgTheme.DashesOf(entry.Style));
        if (SvgRun.HasMarkers(entry))
            svg.Marker(middle, y, entry.Style);
    }
}
