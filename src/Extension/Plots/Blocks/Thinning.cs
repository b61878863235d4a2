namespace RnnMlNet.Plots.Blocks;

/// <summary>Omits points that would be indistinguishable, so that a long series does not make a huge file.</summary>
internal static class Thinning
{
    // The first, the lowest, the highest and the last one of a column.
    private const int KeptPerColumn = 4;

    /// <param name="points">By ascending X.</param>
    /// <param name="place">The column of an X.</param>
    /// <param name="columns">Number of columns.</param>
    public static IReadOnlyList<ChartPoint> Of(IReadOnlyList<ChartPoint> points, Func<double, double> place, int columns) =>
        points.Count <= KeptPerColumn * columns
            ? points
            : [.. points.Index().GroupBy(point => Math.Floor(place(point.Item.X))).SelectMany(column => Kept([.. column]))];

    private static IEnumerable<ChartPoint> Kept((int Index, ChartPoint Point)[] column) =>
        new[]
        {
            column[0],
            column.MinBy(point => point.Point.Y),
            column.MaxBy(point => point.Point.Upper is double.NaN ? point.Point.Y : point.Point.Upper),
            column[^1],
        }
            .DistinctBy(point => point.Index)
            .OrderBy(point => point.Index)
            .Select(point => point.Point);
}
