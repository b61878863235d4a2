using Microsoft.ML.Runtime;

namespace RnnMlNet.Streaming;

/// <summary>Tells of the series that had to make room for others: the log of the first, the user of each.</summary>
internal sealed class Evictions(IHost host, int capacity, Action<string>? onEvicted)
{
    private int _hasWarned;

    /// <summary>Reports, and where that throws undoes it: the series that room was made for is dropped, the other one held again.</summary>
    /// <param name="evicted">The series that made room, or null for none.</param>
    /// <param name="table">The table.</param>
    /// <param name="series">The series that room was made for.</param>
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
        // The user first: what that throws undoes the eviction, and then there is nothing to warn of.
        onEvicted?.Invoke(evicted);
        if (Interlocked.Exchange(ref _hasWarned, 1) != 0)
            return;
        using IChannel channel = host.Start("Eviction");
        channel.Warning(
            $"The engine's Capacity of {capacity} series is used up: '{evicted}', unused for longest, was forgotten, and its "
                + "next step will count as its first. Raise Capacity, or Reset series that have ended. "
                + "Further evictions are counted by EvictedCount without a warning."
        );
    }
}
