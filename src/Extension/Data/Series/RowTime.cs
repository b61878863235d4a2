namespace RnnMlNet.Data.Series;

/// <summary>The time of a row.</summary>
/// <param name="Instant">UTC ticks; for a DateTime without a zone the ticks of its clock; for a whole number the number.</param>
/// <param name="Offset">Ticks that its clock is ahead of UTC; 0 where there is one clock only.</param>
internal readonly record struct RowTime(long Instant, long Offset = 0)
{
    /// <summary>The clock time, in ticks.</summary>
    public long Clock => Instant + Offset;
}

/// <summary>The kind of a series' times.</summary>
internal enum TimeKind : byte
{
    /// <summary>Whole numbers.</summary>
    Number,

    /// <summary>DateTime values, which one clock shows.</summary>
    Moment,

    /// <summary>DateTimeOffset values, each with its own clock.</summary>
    OffsetMoment,

    /// <summary>Moments on the clock of a time zone.</summary>
    ZonedMoment,
}

/// <summary>The UTC offsets of a series' rows, with the first instant of each. The last one holds beyond the end.</summary>
/// <param name="Changes">The first instant of each offset, ascending, and the offset, in ticks.</param>
internal sealed record ClockOffsets(IReadOnlyList<RowTime> Changes)
{
    /// <summary>No offset.</summary>
    public static ClockOffsets None { get; } = new([]);

    /// <summary>The offset at an instant.</summary>
    public long At(long instant)
    {
        int after = 0;
        while (after < Changes.Count && Changes[after].Instant <= instant)
            after++;
        return Changes.Count == 0 ? 0 : Changes[Math.Max(0, after - 1)].Offset;
    }

    /// <summary>The offsets extended by a later row.</summary>
    public ClockOffsets With(RowTime row) => Changes.Count > 0 && Changes[^1].Offset == row.Offset ? this : new([.. Changes, row]);

    /// <summary>The offsets from an instant on.</summary>
    public ClockOffsets From(long instant)
    {
        int first = 0;
        while (first + 1 < Changes.Count && Changes[first + 1].Instant <= instant)
            first++;
        return first == 0 ? this : new([.. Changes.Skip(first)]);
    }
}
