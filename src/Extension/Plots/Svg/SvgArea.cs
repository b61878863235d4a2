namespace RnnMlNet.Plots.Svg;

/// <summary>The area of a block: its upper left corner and its width.</summary>
internal readonly record struct SvgArea(double Left, double Top, double Width)
{
    public double Right => Left + Width;
}
