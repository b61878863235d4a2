using RnnMlNet.Plots.Svg;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>A part of a plot: the parts stand below one another.</summary>
internal abstract class PlotBlock
{
    /// <summary>The width that it cannot do with less than, in SVG's units.</summary>
    public virtual double LeastWidth => 0;

    /// <summary>Draws it.</summary>
    /// <param name="svg">Where.</param>
    /// <param name="area">Its place; the height is not known before.</param>
    /// <returns>The height that it took.</returns>
    public abstract double Draw(SvgWriter svg, SvgArea area);

    /// <summary>It in characters.</summary>
    /// <param name="width">Of a line at most.</param>
    /// <param name="glyphs">The characters to draw with.</param>
    public abstract IEnumerable<string> Lines(int width, Glyphs glyphs);
}
