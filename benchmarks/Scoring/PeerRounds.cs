using System.Diagnostics;
using Shared;

namespace Scoring;

/// <summary>Rounds of peers that score the same rows.</summary>
internal static class PeerRounds
{
    /// <summary>Microseconds a row of each peer, and what was measured of the processor between them, medians.</summary>
    /// <param name="peers">They score the same rows; disposed.</param>
    /// <param name="rounds">Turns of each at most.</param>
    /// <param name="milliseconds">The least time of a turn.</param>
    /// <param name="processor">Turns that measure the processor itself.</param>
    /// <exception cref="InvalidOperationException">The peers do not score the same.</exception>
    public static (double[] Microseconds, double[] Processor) Measure(
        IReadOnlyList<IPeer> peers,
        int rounds,
        double milliseconds,
        params Func<double, double>[] processor
    )
    {
        double[] times = Rounds.Measure(
            [.. peers.Select(peer => (Func<double, double>)(least => Turn(peer, least))), .. processor],
            rounds,
            milliseconds
        );
        CheckEqual(peers);
        foreach (IPeer peer in peers)
            peer.Dispose();
        return (times[..peers.Count], times[peers.Count..]);
    }

    /// <summary>Microseconds a row of peers that score different networks, which are not compared, medians.</summary>
    /// <param name="peers">The peers; disposed.</param>
    /// <param name="rounds">Turns of each at most.</param>
    /// <param name="milliseconds">The least time of a turn.</param>
    public static double[] MeasureApart(IReadOnlyList<IPeer> peers, int rounds, double milliseconds)
    {
        double[] times = Rounds.Measure(
            [.. peers.Select(peer => (Func<double, double>)(least => Turn(peer, least)))],
            rounds,
            milliseconds
        );
        foreach (IPeer peer in peers)
            peer.Dispose();
        return times;
    }

    private static double Turn(IPeer peer, double milliseconds)
    {
        long rows = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            rows += peer.Run();
        } while (clock.Elapsed.TotalMilliseconds < milliseconds);
        return clock.Elapsed.TotalMicroseconds / rows;
    }

    private static void CheckEqual(IReadOnlyList<IPeer> peers)
    {
        if (peers.Select(peer => peer.FirstClass).Distinct().Count() > 1)
            throw new InvalidOperationException(
                $"The peers do not score the same: {string.Join(", ", peers.Select(peer => $"{peer.Name} {peer.FirstClass}"))}."
            );
    }
}
