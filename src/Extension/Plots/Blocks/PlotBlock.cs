using RnnMlNet.Plots.Svg;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>A part of a plot: the parts are below one another.</summary>
internal abstract class PlotBlock
{
    /// <summary>The minimum width, in SVG's units.</summary>
    public virtual double LeastWidth => 0;

    /// <summary>Draws it.</summary>
    /// <param name="svg">The document.</param>
    /// <param name="area">Its area; the height is not known before.</param>
    /// <returns>The height used.</returns>
    public abstract double Draw(SvgWriter svg, SvgArea area);

    /// <summary>Its lines as text.</summary>
    /// <param name="width">Maximum number of characters per line.</param>
    /// <param name="glyphs">The characters to draw with.</param>
    public abstract IEnumerable<string> Lines(int width, Glyphs glyphs);
}
