namespace RnnMlNet.Data.Series;

/// <summary>The time of a row.</summary>
/// <param name="Instant">Its universal time in ticks; of a DateTime without a zone the ticks of its clock; of a whole number
/// itself.</param>
/// <param name="Offset">Ticks that its clock is ahead of it; 0 where there is one clock only.</param>
internal readonly record struct RowTime(long Instant, long Offset = 0)
{
    /// <summary>What the clock shows, in ticks.</summary>
    public long Clock => Instant + Offset;
}

/// <summary>What a series' times are.</summary>
internal enum TimeKind : byte
{
    /// <summary>Whole numbers.</summary>
    Number,

    /// <summary>DateTime values, which one clock shows.</summary>
    Moment,

    /// <summary>DateTimeOffset values, whose clock is the one that each states.</summary>
    OffsetMoment,

    /// <summary>Moments whose clock is that of a time zone.</summary>
    ZonedMoment,
}

/// <summary>The offsets that the rows of a series stated, from when on each. Beyond the last it stays as it is.</summary>
/// <param name="Changes">The first moment of each offset, ascending, and the offset, in ticks.</param>
internal sealed record ClockOffsets(IReadOnlyList<RowTime> Changes)
{
    /// <summary>No offset.</summary>
    public static ClockOffsets None { get; } = new([]);

    /// <summary>The offset at a moment.</summary>
    public long At(long instant)
    {
        int after = 0;
        while (after < Changes.Count && Changes[after].Instant <= instant)
            after++;
        return Changes.Count == 0 ? 0 : Changes[Math.Max(0, after - 1)].Offset;
    }

    /// <summary>The same with a later row.</summary>
    public ClockOffsets With(RowTime row) => Changes.Count > 0 && Changes[^1].Offset == row.Offset ? this : new([.. Changes, row]);

    /// <summary>The same without what lies before a moment.</summary>
    public ClockOffsets From(long instant)
    {
        int first = 0;
        while (first + 1 < Changes.Count && Changes[first + 1].Instant <= instant)
            first++;
        return first == 0 ? this : new([.. Changes.Skip(first)]);
    }
}
