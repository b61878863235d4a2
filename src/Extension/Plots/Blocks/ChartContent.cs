using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>The content of a chart: axes, series and marks, with the scales that fit them.</summary>
internal sealed class ChartContent
{
    // Beyond it differences of two values may be infinite, and logarithms of smaller ones are imprecise.
    private const double Largest = 1e300,
        SmallestOfLog = 1e-300;

    /// <param name="title">The chart's title; empty where the plot's title suffices.</param>
    /// <param name="x">The axis along the bottom.</param>
    /// <param name="y">The axis on the left.</param>
    /// <param name="series">The series, the first at the back.</param>
    /// <param name="marks">Marked positions.</param>
    public ChartContent(string title, ChartAxis x, ChartAxis y, IReadOnlyList<ChartSeries> series, IReadOnlyList<ChartMark>? marks = null)
    {
        Title = Label.Clean(title);
        X = x with { Label = Label.Clean(x.Label) };
        Y = y with { Label = Label.Clean(y.Label) };
        Series = [.. series.Select(one => one with { Name = Label.Clean(one.Name) })];
        Marks = [.. (marks ?? []).Where(mark => double.IsFinite(mark.X)).Select(mark => mark with { Text = Label.Clean(mark.Text) })];
    }

    public string Title { get; }

    public ChartAxis X { get; }

    public ChartAxis Y { get; }

    public IReadOnlyList<ChartSeries> Series { get; }

    public IReadOnlyList<ChartMark> Marks { get; }

    /// <summary>Whether a point can be drawn: its values are finite and of a size that can be scaled.</summary>
    public bool IsDrawn(ChartSeries series, ChartPoint point) =>
        Fits(X, point.X) && Fits(Y, point.Y) && (series.Kind != SeriesKind.Band || Fits(Y, point.Upper));

    /// <summary>The points that are drawn, of all series.</summary>
    public IEnumerable<(ChartSeries Series, ChartPoint Point)> Drawn() =>
        from series in Series
        from point in series.Points
        where IsDrawn(series, point)
        select (series, point);

    /// <summary>The scale of the X axis: from the first point or mark to the last.</summary>
    public AxisScale XScale()
    {
        bool hasPoints = Drawn().Any();
        return AxisScale.Of(
            X,
            Drawn().Select(drawn => drawn.Point.X).Concat(hasPoints ? Marks.Select(mark => mark.X).Where(x => Fits(X, x)) : []),
            margin: 0
        );
    }

    /// <summary>The scale of the Y axis, with a margin at both ends.</summary>
    public AxisScale YScale() =>
        AxisScale.Of(
            Y,
            Drawn()
                .SelectMany(drawn => drawn.Series.Kind == SeriesKind.Band ? new[] { drawn.Point.Y, drawn.Point.Upper } : [drawn.Point.Y]),
            margin: 0.04
        );

    /// <summary>The runs of neighbouring points that are drawn, between gaps.</summary>
    public IEnumerable<IReadOnlyList<ChartPoint>> Runs(ChartSeries series)
    {
        var run = new List<ChartPoint>();
        foreach (ChartPoint point in series.Points)
        {
            if (IsDrawn(series, point))
            {
                run.Add(point);
                continue;
            }
            if (run.Count > 0)
                yield return run;
            run = [];
        }
        if (run.Count > 0)
            yield return run;
    }

    private static bool Fits(ChartAxis axis, double value) =>
        Math.Abs(value) <= Largest && (axis.Kind != AxisKind.Log || value >= SmallestOfLog);
}
