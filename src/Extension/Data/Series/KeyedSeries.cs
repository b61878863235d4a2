namespace RnnMlNet.Data.Series;

/// <summary>A series with what it is told from others by, and when it begins.</summary>
/// <param name="Key">Its key; empty where there is no key column.</param>
/// <param name="Steps">Its numbers.</param>
/// <param name="Start">The time of its first step; 0 where there is no time column.</param>
internal sealed record KeyedSeries(string Key, TimeSeries Steps, long Start)
{
    /// <summary>Of steps of months, the day that its times lie on.</summary>
    public MonthDay Day { get; init; } = MonthDay.Any;

    /// <summary>The offsets that its rows stated, where each states its own.</summary>
    public ClockOffsets Offsets { get; init; } = ClockOffsets.None;

    /// <summary>Where its times begin.</summary>
    public TimeOrigin Origin => new(Start, Day);
}

/// <summary>Where the times of a series begin.</summary>
/// <param name="Time">The first.</param>
/// <param name="Day">Of steps of months, the day that they lie on.</param>
internal readonly record struct TimeOrigin(long Time, MonthDay Day);
