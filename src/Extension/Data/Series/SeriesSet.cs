using RnnMlNet.Data;

namespace RnnMlNet.Data.Series;

/// <summary>The series of a data view, and where in them its rows stand.</summary>
/// <param name="Series">The series, as they appear.</param>
/// <param name="Grid">The steps of their times; null where there is no time column.</param>
/// <param name="Places">Of each row, in the order of the data, its place.</param>
internal sealed record SeriesSet(IReadOnlyList<KeyedSeries> Series, TimeGrid? Grid, ChunkedList<RowPosition> Places)
{
    /// <summary>Values that were not there and have been made up.</summary>
    public long Imputed { get; init; }
}

/// <summary>Where a row stands.</summary>
/// <param name="Series">Number of its series.</param>
/// <param name="Step">Its step there; the series' length and beyond where its targets are not known yet.</param>
internal readonly record struct RowPosition(int Series, int Step);
