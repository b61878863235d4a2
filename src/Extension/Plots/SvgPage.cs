using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Svg;

namespace RnnMlNet.Plots;

/// <summary>A plot as an SVG document: title, summary, and its blocks below one another.</summary>
internal static class SvgPage
{
    private const double UsualWidth = 720,
        Margin = 16,
        Gap = 14;

    public static string Write(string title, string summary, IReadOnlyList<PlotBlock> blocks)
    {
        double width = Math.Max(UsualWidth, 2 * Margin + blocks.Select(block => block.LeastWidth).DefaultIfEmpty().Max());
        // The height is known after drawing, and is written at the document's start.
        double height = Draw(title, summary, blocks, width, height: 0).Height;
        return Draw(title, summary, blocks, width, height).Svg;
    }

    private static (string Svg, double Height) Draw(
        string title,
        string summary,
        IReadOnlyList<PlotBlock> blocks,
        double width,
        double height
    )
    {
        using var svg = new SvgWriter();
        svg.Begin(width, height, title, summary);
        svg.Rectangle(0, 0, width, height, Paint.Paper);
        double top = Heading(svg, title, summary, width);
        foreach (PlotBlock block in blocks)
            top += Gap + block.Draw(svg, new SvgArea(Margin, top + Gap, width - 2 * Margin));
        return (svg.End(), Math.Ceiling(top + Margin));
    }

    private static double Heading(SvgWriter svg, string title, string summary, double width)
    {
        double top = Margin + TextStyle.Title.Size;
        svg.Text(Margin, top, TextMeasure.Fit(title, TextStyle.Title.Size, width - 2 * Margin), TextStyle.Title);
        foreach (string line in TextMeasure.Wrap(summary, TextStyle.Small.Size, width - 2 * Margin))
            svg.Text(Margin, top += SvgWriter.LineHeight(TextStyle.Small) + 2, line, TextStyle.Small);
        return top;
    }
}
