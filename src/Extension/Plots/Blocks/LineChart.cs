using RnnMlNet.Plots.Svg;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>Lines, steps, points and bands over one axis.</summary>
internal sealed class LineChart : PlotBlock
{
    private readonly ChartContent _content;

    /// <param name="title">The chart's title; empty where the plot's title suffices.</param>
    /// <param name="x">The axis along the bottom.</param>
    /// <param name="y">The axis on the left.</param>
    /// <param name="series">The series, the first at the back.</param>
    /// <param name="marks">Marked positions.</param>
    public LineChart(string title, ChartAxis x, ChartAxis y, IReadOnlyList<ChartSeries> series, IReadOnlyList<ChartMark>? marks = null) =>
        _content = new ChartContent(title, x, y, series, marks);

    public override double Draw(SvgWriter svg, SvgArea area) => new SvgChart(svg, _content, area).Draw();

    public override IEnumerable<string> Lines(int width, Glyphs glyphs) => new TextChart(_content, width, glyphs).Lines();
}
