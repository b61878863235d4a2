using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>A <see cref="ChartContent"/> in characters: each series has its own, which distinguishes them without colours.</summary>
internal sealed class TextChart
{
    private const int PlotRows = 14,
        MostTicksX = 12,
        MostTicksY = 5,
        TickGap = 2,
        MostTickWidth = 14;

    private readonly ChartContent _chart;
    private readonly int _width,
        _left,
        _columns;
    private readonly Glyphs _glyphs;
    private readonly AxisScale _x,
        _y;
    private readonly IReadOnlyList<Tick> _yTicks;
    private readonly TextCanvas _canvas;

    public TextChart(ChartContent chart, int width, Glyphs glyphs)
    {
        _chart = chart;
        _width = width;
        _glyphs = glyphs;
        _x = chart.XScale();
        _y = chart.YScale();
        _yTicks = _y.FittingTicks(MostTicksY, tick => (Row(tick.Value), Row(tick.Value)), 1);
        // The axis itself is a column too.
        _left = Math.Min(MostTickWidth, _yTicks.Select(tick => tick.Text.Length).DefaultIfEmpty().Max()) + 2;
        _columns = width - _left;
        _canvas = new TextCanvas(_columns, PlotRows);
    }

    public IEnumerable<string> Lines()
    {
        if (_chart.Title.Length > 0)
            yield return TextLine.Fit(_chart.Title, _width, _glyphs);
        foreach (string line in TextLine.Flow(Legend(), "   ", _width, _glyphs))
            yield return line;
        yield return TextLine.Fit(_chart.Y.Label, _width, _glyphs);
        Draw();
        for (int row = 0; row < PlotRows; row++)
            yield return AxisY(row) + _canvas.Line(row);
        IReadOnlyList<Tick> ticks = _x.FittingTicks(MostTicksX, Span, TickGap);
        yield return AxisX(ticks);
        yield return TickTexts(ticks);
        foreach (string line in Marks())
            yield return line;
        string label = TextLine.Fit(_chart.X.Label, _width, _glyphs);
        yield return new string(' ', TextLine.StartOf(label, _left + _columns / 2, _width)) + label;
    }

    private int Column(double x) => (int)Math.Round(_x.At(x) * (_columns - 1));

    private int Row(double y) => Math.Clamp((int)Math.Round((1 - _y.At(y)) * (PlotRows - 1)), 0, PlotRows - 1);

    private IEnumerable<ChartMark> VisibleMarks => _chart.Drawn().Any() ? _chart.Marks.Where(mark => _x.At(mark.X) is >= 0 and <= 1) : [];

    private IEnumerable<string> Legend() =>
        _chart
            .Series.Where(series => series.Name.Length > 0)
            .DistinctBy(series => (series.Name, series.Kind, series.Style))
            .Select(series => $"{(series.Kind == SeriesKind.Band ? _glyphs.Band : _glyphs.OfStyle(series.Style))} {series.Name}");

    private void Draw()
    {
        foreach (ChartMark mark in VisibleMarks)
            _canvas.Vertical(Column(mark.X), 0, PlotRows - 1, _glyphs.Mark);
        foreach (ChartSeries series in _chart.Series)
        foreach (IReadOnlyList<ChartPoint> run in _chart.Runs(series))
            Draw(series, run);
        if (!_chart.Drawn().Any())
            _canvas.Write(2, PlotRows / 2, TextLine.Fit("nothing to draw: no value is a finite number", _columns - 2, _glyphs));
    }

    private void Draw(ChartSeries series, IReadOnlyList<ChartPoint> run)
    {
        if (series.Kind == SeriesKind.Points || run.Count == 1)
            foreach (ChartPoint point in run)
                DrawColumn(series, point, Column(point.X));
        else
            for (int i = 1; i < run.Count; i++)
                DrawBetween(series, run[i - 1], run[i]);
    }

    // From one point's column to the next one's, each column at the height of the line there.
    private void DrawBetween(ChartSeries series, ChartPoint from, ChartPoint to)
    {
        int first = Column(from.X),
            last = Column(to.X),
            previous = Row(from.Y);
        for (int column = first; column <= last; column++)
        {
            double share =
                column == last ? 1
                : series.Kind == SeriesKind.Steps ? 0
                : (double)(column - first) / (last - first);
            ChartPoint point = new(to.X, Between(from.Y, to.Y, share), Between(from.Upper, to.Upper, share));
            DrawColumn(series, point, column);
            if (series.Kind == SeriesKind.Band)
                continue;
            // Where the line is steep, the rows between two columns' heights are filled too.
            int row = Row(point.Y);
            if (Math.Abs(row - previous) > 1)
                _canvas.Vertical(column, previous + Math.Sign(row - previous), row, _glyphs.OfStyle(series.Style));
            previous = row;
        }
    }

    private double Between(double from, double to, double share) =>
        _y.Kind == AxisKind.Log ? Math.Exp(Math.Log(from) + share * (Math.Log(to) - Math.Log(from))) : from + share * (to - from);

    private void DrawColumn(ChartSeries series, ChartPoint point, int column)
    {
        if (series.Kind == SeriesKind.Band)
            _canvas.Vertical(column, Row(point.Y), Row(point.Upper), _glyphs.Band);
        else
            _canvas.Put(column, Row(point.Y), _glyphs.OfStyle(series.Style));
    }

    private string AxisY(int row)
    {
        string text = _yTicks.Where(tick => Row(tick.Value) == row).Select(tick => tick.Text).FirstOrDefault("");
        return TextLine.Fit(text, _left - 2, _glyphs).PadLeft(_left - 2) + " " + (text.Length > 0 ? _glyphs.TickY : _glyphs.Vertical);
    }

    private string AxisX(IReadOnlyList<Tick> ticks)
    {
        var axis = new char[_columns];
        Array.Fill(axis, _glyphs.Horizontal);
        foreach (Tick tick in ticks)
            axis[Column(tick.Value)] = _glyphs.TickX;
        return new string(' ', _left - 1) + _glyphs.Corner + new string(axis);
    }

    private (double Start, double End) Span(Tick tick)
    {
        int start = TextLine.StartOf(tick.Text, _left + Column(tick.Value), _width);
        return (start, start + tick.Text.Length);
    }

    private string TickTexts(IReadOnlyList<Tick> ticks)
    {
        var line = new TextCanvas(_width, 1);
        foreach (Tick tick in ticks)
            line.Write((int)Span(tick).Start, 0, tick.Text);
        return line.Line(0);
    }

    // An arrow under the mark's column, and its label on the side where there is room.
    private IEnumerable<string> Marks()
    {
        foreach (ChartMark mark in VisibleMarks)
        {
            int column = _left + Column(mark.X);
            int right = _width - column - 2,
                left = column - 1;
            yield return mark.Text.Length <= right || right >= left
                ? new string(' ', column) + _glyphs.Arrow + " " + TextLine.Fit(mark.Text, right, _glyphs)
                : $"{TextLine.Fit(mark.Text, left, _glyphs)} {_glyphs.Arrow}".PadLeft(column + 1);
        }
    }
}
