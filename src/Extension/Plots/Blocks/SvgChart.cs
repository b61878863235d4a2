using RnnMlNet.Plots.Svg;

namespace RnnMlNet.Plots.Blocks;

/// <summary>
/// Draws a <see cref="ChartContent"/>: heading, legend, the Y axis' label above it, marks, the plot, ticks, the X axis' label.
/// </summary>
internal sealed class SvgChart
{
    private const double PlotHeight = 200,
        RightMargin = 24,
        TickGap = 8,
        TextGap = 10,
        LeastPlotWidth = 200,
        MostTickWidth = 120;
    private const int MostTicksX = 12,
        MostTicksY = 6;

    private readonly SvgWriter _svg;
    private readonly ChartContent _chart;
    private readonly SvgArea _area;
    private readonly AxisScale _x,
        _y;
    private readonly IReadOnlyList<Tick> _yTicks;
    private readonly double _left,
        _right;
    private double _top;

    public SvgChart(SvgWriter svg, ChartContent chart, SvgArea area)
    {
        _svg = svg;
        _chart = chart;
        _area = area;
        _x = chart.XScale();
        _y = chart.YScale();
        double half = TextStyle.Small.Size;
        _yTicks = _y.FittingTicks(MostTicksY, tick => (_y.At(tick.Value) * PlotHeight - half, _y.At(tick.Value) * PlotHeight + half), 2);
        _left = area.Left + TickGap + Math.Min(MostTickWidth, _yTicks.Select(tick => Width(tick.Text)).DefaultIfEmpty().Max());
        _right = Math.Max(_left + LeastPlotWidth, area.Right - RightMargin);
    }

    /// <returns>The height used.</returns>
    public double Draw()
    {
        _svg.BeginGroup("chart", _chart.Title);
        double top = _area.Top;
        if (_chart.Title.Length > 0)
            _svg.Text(
                _area.Left,
                top += TextStyle.Heading.Size,
                TextMeasure.Fit(_chart.Title, TextStyle.Heading.Size, _area.Width),
                TextStyle.Heading
            );
        top += SvgLegend.Draw(_svg, _chart.Series, _area with { Top = top });
        _svg.Text(
            _area.Left,
            top += SvgWriter.LineHeight(TextStyle.Small),
            TextMeasure.Fit(_chart.Y.Label, TextStyle.Small.Size, _area.Width),
            TextStyle.Small
        );
        IReadOnlyList<PlacedMark> marks = PlaceMarks();
        _top = top + 12 + marks.Select(mark => mark.Row + 1).DefaultIfEmpty().Max() * SvgWriter.LineHeight(TextStyle.Small);

        DrawAxes();
        DrawMarks(marks, top);
        foreach (ChartSeries series in _chart.Series)
            DrawSeries(series);
        _svg.EndGroup();
        return _top + PlotHeight + 2 * SvgWriter.LineHeight(TextStyle.Small) + 6 - _area.Top;
    }

    private double X(double value) => _left + _x.At(value) * (_right - _left);

    private double Y(double value) => _top + (1 - _y.At(value)) * PlotHeight;

    private static double Width(string text) => TextMeasure.Width(text, TextStyle.Small.Size);

    private void DrawAxes()
    {
        double bottom = _top + PlotHeight,
            line = SvgWriter.LineHeight(TextStyle.Small);
        _svg.BeginGroup("y-axis", _chart.Y.Label);
        foreach (Tick tick in _yTicks)
        {
            _svg.Line(_left, Y(tick.Value), _right, Y(tick.Value), Paint.Grid);
            _svg.Text(
                _left - TickGap,
                Y(tick.Value) + TextStyle.Small.Size / 3,
                tick.Text,
                TextStyle.Small with
                {
                    Anchor = TextAnchor.End,
                }
            );
        }
        _svg.EndGroup();
        _svg.BeginGroup("x-axis", _chart.X.Label);
        _svg.Line(_left, bottom, _right, bottom, Paint.Muted);
        foreach (Tick tick in _x.FittingTicks(MostTicksX, tick => TextAt(X(tick.Value), tick.Text), TextGap))
        {
            _svg.Line(X(tick.Value), bottom, X(tick.Value), bottom + 4, Paint.Muted);
            _svg.Text(TextAt(X(tick.Value), tick.Text).Start, bottom + line + 2, tick.Text, TextStyle.Small);
        }
        _svg.Text(
            (_left + _right) / 2,
            bottom + 2 * line + 3,
            TextMeasure.Fit(_chart.X.Label, TextStyle.Small.Size, _right - _left),
            TextStyle.Small with
            {
                Anchor = TextAnchor.Middle,
            }
        );
        _svg.EndGroup();
        if (!_chart.Drawn().Any())
            _svg.Text(
                (_left + _right) / 2,
                _top + PlotHeight / 2,
                "nothing to draw: no value is a finite number",
                TextStyle.Plain with
                {
                    Anchor = TextAnchor.Middle,
                    Paint = Paint.Muted,
                }
            );
    }

    // Centred, but within the plot.
    private (double Start, double End) TextAt(double x, string text)
    {
        double width = Width(text),
            start = Math.Clamp(x - width / 2, _area.Left, Math.Max(_area.Left, _area.Right - width));
        return (start, start + width);
    }

    private IReadOnlyList<PlacedMark> PlaceMarks()
    {
        var placed = new List<PlacedMark>();
        if (!_chart.Drawn().Any())
            return placed;
        foreach (ChartMark mark in _chart.Marks.Where(mark => _x.At(mark.X) is >= 0 and <= 1).OrderBy(mark => mark.X))
        {
            string text = TextMeasure.Fit(mark.Text, TextStyle.Small.Size, _area.Width);
            var (start, end) = TextAt(X(mark.X), text);
            int row = 0;
            while (placed.Exists(other => other.Row == row && other.End + TextGap > start))
                row++;
            placed.Add(new PlacedMark(mark.X, text, start, end, row));
        }
        return placed;
    }

    private void DrawMarks(IReadOnlyList<PlacedMark> marks, double top)
    {
        foreach (PlacedMark mark in marks)
        {
            double bottom = top + (mark.Row + 1) * SvgWriter.LineHeight(TextStyle.Small);
            _svg.BeginGroup("mark", mark.Text);
            _svg.Line(X(mark.X), bottom + 4, X(mark.X), _top + PlotHeight, Paint.Ink, 1, "4 3");
            _svg.Text(mark.Start, bottom, mark.Text, TextStyle.Small with { Paint = Paint.Ink });
            _svg.EndGroup();
        }
    }

    private void DrawSeries(ChartSeries series)
    {
        _svg.BeginGroup("series", series.Name);
        foreach (IReadOnlyList<ChartPoint> run in _chart.Runs(series))
            new SvgRun(_svg, series, run, _chart, X, Y).Draw(columns: (int)(_right - _left));
        _svg.EndGroup();
    }

    private readonly record struct PlacedMark(double X, string Text, double Start, double End, int Row);
}
