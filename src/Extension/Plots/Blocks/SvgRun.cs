using System.Globalization;
using RnnMlNet.Plots.Svg;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>Draws the points of a series between two gaps.</summary>
internal sealed class SvgRun(
    SvgWriter svg,
    ChartSeries series,
    IReadOnlyList<ChartPoint> run,
    ChartContent chart,
    Func<double, double> x,
    Func<double, double> y
)
{
    // More markers would touch one another.
    private const int MostMarkers = 40;
    private const double LineWidth = 2,
        BandOpacity = 0.22;

    /// <summary>Whether its points have markers, or only its line is drawn.</summary>
    public static bool HasMarkers(ChartSeries series) =>
        series.Kind == SeriesKind.Points || (series.Kind != SeriesKind.Band && series.Style >= 0 && series.Points.Count <= MostMarkers);

    /// <summary>The area between two lines, in a pale shade, with their edges.</summary>
    public static void Band(SvgWriter svg, int style, IReadOnlyList<(double X, double Y)> lower, IReadOnlyList<(double X, double Y)> upper)
    {
        svg.Polygon(lower.Concat(upper.Reverse()), SvgTheme.OfStyle(style), BandOpacity);
        svg.Polyline(lower, SvgTheme.OfStyle(style), 1, "1 2");
        svg.Polyline(upper, SvgTheme.OfStyle(style), 1, "1 2");
    }

    /// <param name="columns">Pixels across the plot: no more points are drawn than are visible.</param>
    public void Draw(int columns)
    {
        IReadOnlyList<ChartPoint> points = Thinning.Of(run, x, columns);
        if (series.Kind == SeriesKind.Band)
            DrawBand(points);
        else
            DrawLine(points);
    }

    private void DrawLine(IReadOnlyList<ChartPoint> points)
    {
        if (series.Kind != SeriesKind.Points && points.Count > 1)
            svg.Polyline(
                series.Kind == SeriesKind.Steps ? Corners(points) : points.Select(point => (x(point.X), y(point.Y))),
                SvgTheme.OfStyle(series.Style),
                LineWidth,
                SvgTheme.DashesOf(series.Style)
            );
        // A single point makes no line.
        if (HasMarkers(series) || points.Count == 1)
            foreach (ChartPoint point in points)
                svg.Marker(x(point.X), y(point.Y), series.Style, Tooltip(point));
    }

    private void DrawBand(IReadOnlyList<ChartPoint> points)
    {
        // The interval of one step would have no width.
        double half = points.Count == 1 ? 4 : 0;
        IEnumerable<(double, double)> Edge(Func<ChartPoint, double> value) =>
            points.SelectMany(point =>
                half > 0
                    ? new[] { (x(point.X) - half, y(value(point))), (x(point.X) + half, y(value(point))) }
                    : [(x(point.X), y(value(point)))]
            );
        Band(svg, series.Style, [.. Edge(point => point.Y)], [.. Edge(point => point.Upper)]);
    }

    private IEnumerable<(double, double)> Corners(IReadOnlyList<ChartPoint> points)
    {
        double? last = null;
        foreach (ChartPoint point in points)
        {
            if (last is double before)
                yield return (x(point.X), before);
            yield return (x(point.X), (last = y(point.Y)).Value);
        }
    }

    private string Tooltip(ChartPoint point)
    {
        string place =
            chart.X.Kind == AxisKind.Time
                ? new DateTime((long)point.X).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
                : $"{chart.X.Label} {Label.Number(point.X, 6)}";
        return $"{series.Name}, {place}: {Label.Number(point.Y, 5)}";
    }
}
