namespace RnnMlNet.Plots.Blocks;

/// <summary>The scale of an axis.</summary>
internal enum AxisKind
{
    Linear,

    /// <summary>Linear, with ticks at whole numbers only.</summary>
    Whole,

    /// <summary>Logarithmic; values of 0 and below are omitted.</summary>
    Log,

    /// <summary>Ticks of moments.</summary>
    Time,
}

/// <summary>An axis.</summary>
/// <param name="Kind">Its scale.</param>
/// <param name="Label">Its quantity, with the unit.</param>
internal sealed record ChartAxis(AxisKind Kind, string Label);

/// <summary>The kind of a series' lines or points.</summary>
internal enum SeriesKind
{
    Line,

    /// <summary>A line that keeps a value until the next one.</summary>
    Steps,

    /// <summary>Points alone.</summary>
    Points,

    /// <summary>The area between two lines.</summary>
    Band,
}

/// <summary>A point; for a band its lower and its upper edge.</summary>
internal readonly record struct ChartPoint(double X, double Y, double Upper = double.NaN);

/// <summary>A series of points, by ascending X.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="Style">Index of its colour, dashes and marker, from 0; <see cref="Faint"/> for the background.</param>
/// <param name="Points">A point that is not finite is a gap.</param>
internal sealed record ChartSeries(string Name, SeriesKind Kind, int Style, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>The style of background series.</summary>
    public const int Faint = -1;
}

/// <summary>A marked position of the X axis: a line across the chart.</summary>
/// <param name="X">The position.</param>
/// <param name="Text">Its label.</param>
internal sealed record ChartMark(double X, string Text);
