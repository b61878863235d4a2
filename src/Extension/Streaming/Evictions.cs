using Microsoft.ML.Runtime;

namespace RnnMlNet.Streaming;

/// <summary>Tells of the series that had to make room for others: the log of the first, the user of each.</summary>
internal sealed class Evictions(IHost host, int capacity, Action<string>? onEvicted)
{
    private int _hasWarned;

    /// <summary>Reports, and where that throws takes back the series that room was made for.</summary>
    /// <param name="evicted">The series' key, or null for none.</param>
    /// <param name="table">The table.</param>
    /// <param name="series">The series that room was made for.</param>
    /// <param name="steps">Its steps.</param>
    public void Report<TSeries>(string? evicted, SeriesTable<TSeries> table, TSeries series, long steps)
        where TSeries : class, IHeldSeries<TSeries>
    {
        if (evicted is null)
            return;
        try
        {
            Report(evicted);
        }
        catch
        {
            table.TakeBack(series, steps);
            throw;
        }
    }

    /// <param name="evicted">The series' key, or null for none.</param>
    public void Report(string? evicted)
    {
        if (evicted is null)
            return;
        if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            using IChannel channel = host.Start("Eviction");
            channel.Warning($"The engine's Capacity of {capacity} series is used up: '{evicted}', unused for longest, was forgotten, and its next step will count as its first. " +
                "Raise Capacity, or Reset series that have ended. Further evictions are counted by EvictedCount without a warning.");
        }
        onEvicted?.Invoke(evicted);
    }
}
