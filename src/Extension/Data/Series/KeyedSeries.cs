namespace RnnMlNet.Data.Series;

/// <summary>A series with its key and its start.</summary>
/// <param name="Key">Its key; empty where there is no key column.</param>
/// <param name="Steps">Its values.</param>
/// <param name="Start">The time of its first step; 0 where there is no time column.</param>
internal sealed record KeyedSeries(string Key, TimeSeries Steps, long Start)
{
    /// <summary>For steps of months, the day of the month of its times.</summary>
    public MonthDay Day { get; init; } = MonthDay.Any;

    /// <summary>The UTC offsets of its rows, where each states its own.</summary>
    public ClockOffsets Offsets { get; init; } = ClockOffsets.None;

    /// <summary>The start of its times.</summary>
    public TimeOrigin Origin => new(Start, Day);
}

/// <summary>The start of a series' times.</summary>
/// <param name="Time">The first time.</param>
/// <param name="Day">For steps of months, the day of the month.</param>
internal readonly record struct TimeOrigin(long Time, MonthDay Day);
