namespace RnnMlNet.Data.Series;

/// <summary>A series with what it is told from others by, and when it begins.</summary>
/// <param name="Key">Its key; empty where there is no key column.</param>
/// <param name="Steps">Its numbers.</param>
/// <param name="Start">The time of its first step; 0 where there is no time column.</param>
internal sealed record KeyedSeries(string Key, TimeSeries Steps, long Start);
