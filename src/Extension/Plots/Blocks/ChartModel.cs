namespace RnnMlNet.Plots.Blocks;

/// <summary>How values lie along an axis.</summary>
internal enum AxisKind
{
    Linear,

    /// <summary>Linear, marked at whole numbers only.</summary>
    Whole,

    /// <summary>By their logarithms; values of 0 and below are left out.</summary>
    Log,

    /// <summary>Ticks of moments.</summary>
    Time,
}

/// <summary>An axis.</summary>
/// <param name="Kind">How values lie along it.</param>
/// <param name="Label">What they are, with the unit.</param>
internal sealed record ChartAxis(AxisKind Kind, string Label);

/// <summary>How a series is drawn.</summary>
internal enum SeriesKind
{
    Line,

    /// <summary>A line that keeps a value until the next one.</summary>
    Steps,

    /// <summary>Points alone.</summary>
    Points,

    /// <summary>What lies between two lines.</summary>
    Band,
}

/// <summary>A point; of a band its lower and its upper edge.</summary>
internal readonly record struct ChartPoint(double X, double Y, double Upper = double.NaN);

/// <summary>A series of points, by ascending X.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="Style">Which colour, dashes and marker, from 0; <see cref="Faint"/> for what stands behind.</param>
/// <param name="Points">Where one is not finite there is a gap.</param>
internal sealed record ChartSeries(string Name, SeriesKind Kind, int Style, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>The style of what stands behind.</summary>
    public const int Faint = -1;
}

/// <summary>A place on the X axis that a line across the chart marks.</summary>
/// <param name="X">The place.</param>
/// <param name="Text">What is there.</param>
internal sealed record ChartMark(double X, string Text);
