namespace RnnMlNet.Plots.Svg;

/// <summary>Where a block may draw: its upper left corner and its width.</summary>
internal readonly record struct SvgArea(double Left, double Top, double Width)
{
    public double Right => Left + Width;
}
