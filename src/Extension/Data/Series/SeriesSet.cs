using RnnMlNet.Data;

namespace RnnMlNet.Data.Series;

/// <summary>The series of a data view, and the position of its rows in them.</summary>
/// <param name="Series">The series, in order of appearance.</param>
/// <param name="Grid">The time grid; null where there is no time column.</param>
/// <param name="Places">The position of each row, in the order of the data.</param>
internal sealed record SeriesSet(IReadOnlyList<KeyedSeries> Series, TimeGrid? Grid, ChunkedList<RowPosition> Places)
{
    /// <summary>Number of imputed values.</summary>
    public long Imputed { get; init; }

    /// <summary>The channels that belong to keys.</summary>
    public OneHotChannels OneHot { get; init; } = OneHotChannels.None;

    /// <summary>S, numbers of a series.</summary>
    public int StaticNumbers { get; init; }
}

/// <summary>Which channels are 1 for one value of a key and 0 for the others; empty for none.</summary>
internal sealed record OneHotChannels(bool[] Past, bool[] Known)
{
    public static OneHotChannels None { get; } = new([], []);
}

/// <summary>The position of a row.</summary>
/// <param name="Series">Index of its series.</param>
/// <param name="Step">Its step there; the series' length and beyond where its targets are not known yet.</param>
internal readonly record struct RowPosition(int Series, int Step);
