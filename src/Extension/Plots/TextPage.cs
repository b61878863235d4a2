using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots;

/// <summary>A plot in characters: title, summary, and its blocks below one another.</summary>
internal static class TextPage
{
    public static IEnumerable<string> Lines(string title, string summary, IReadOnlyList<PlotBlock> blocks, int width, Glyphs glyphs)
    {
        yield return TextLine.Fit(title, width, glyphs);
        foreach (string line in TextLine.Wrap(summary, width, glyphs))
            yield return line;
        foreach (PlotBlock block in blocks)
        {
            yield return "";
            foreach (string line in block.Lines(width, glyphs))
                yield return line;
        }
    }
}
