using System.Diagnostics;
using Shared;

namespace Scoring;

/// <summary>Rounds of peers that score the same rows.</summary>
internal static class PeerRounds
{
    /// <summary>Microseconds a row of each peer, medians; the peers are disposed of.</summary>
    /// <exception cref="InvalidOperationException">The peers do not score the same.</exception>
    public static double[] Measure(IReadOnlyList<IPeer> peers, int rounds, double milliseconds)
    {
        double[] times = Rounds.Measure(
            [.. peers.Select(peer => (Func<double, double>)(least => Turn(peer, least)))],
            rounds,
            milliseconds
        );
        CheckEqual(peers);
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
