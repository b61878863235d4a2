using RnnMlNet.Pictures.Svg;
using RnnMlNet.Pictures.Text;

namespace RnnMlNet.Pictures;

/// <summary>A part of a picture: the parts stand below one another.</summary>
internal abstract class PictureBlock
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
