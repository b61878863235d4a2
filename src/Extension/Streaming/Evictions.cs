using Microsoft.ML.Runtime;

namespace RnnMlNet.Streaming;

/// <summary>Reports evicted series: logs the first, and calls the user's callback for each.</summary>
internal sealed class Evictions(IHost host, int capacity, Action<string>? onEvicted)
{
    private int _hasWarned;

    /// <summary>Reports an eviction, and undoes it where that throws: drops the new series, and holds the evicted one again.</summary>
    /// <param name="evicted">The evicted series, or null for none.</param>
    /// <param name="table">The table.</param>
    /// <param name="series">The new series.</param>
    /// <param name="steps">Its steps.</param>
    public void Report<TSeries>(TSeries? evicted, SeriesTable<TSeries> table, TSeries series, long steps)
        where TSeries : class, IHeldSeries<TSeries>
    {
        if (evicted is null)
            return;
        try
        {
            Report(evicted.Key);
        }
        catch
        {
            table.TakeBack(series, steps, evicted);
            throw;
        }
    }

    /// <param name="evicted">The series' key, or null for none.</param>
    public void Report(string? evicted)
    {
        if (evicted is null)
            return;
        // The callback first: an exception undoes the eviction, and then there is nothing to log.
        onEvicted?.Invoke(evicted);
        if (Interlocked.Exchange(ref _hasWarned, 1) != 0)
            return;
        using IChannel channel = host.Start("Eviction");
        channel.Warning(
            $"The engine's Capacity of {capacity} series is used up: '{evicted}', the least recently used, was evicted, and its "
                + "next step will count as its first. Raise Capacity, or Reset series that have ended. "
                + "Further evictions are counted by EvictedCount without a warning."
        );
    }
}
