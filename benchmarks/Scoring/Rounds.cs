using System.Diagnostics;

namespace Scoring;

/// <summary>Measures peers in turn, again and again, so that what else the machine does meets all of them; the median of the rounds counts.</summary>
internal static class Rounds
{
    /// <summary>Microseconds a row of each peer.</summary>
    public static double[] Measure(IReadOnlyList<IPeer> peers, int rounds, double millisecondsEach)
    {
        foreach (IPeer peer in peers)
            Turn(peer, millisecondsEach);
        int[] classes = [.. peers.Select(peer => peer.FirstClass)];
        if (classes.Distinct().Count() > 1)
            throw new InvalidOperationException($"The peers do not score the same: {string.Join(", ", peers.Select(peer => $"{peer.Name} {peer.FirstClass}"))}.");
        double[][] times = [.. peers.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
            for (int i = 0; i < peers.Count; i++)
                times[i][round] = Turn(peers[i], millisecondsEach);
        return [.. times.Select(Median)];
    }

    private static double Turn(IPeer peer, double milliseconds)
    {
        long rows = 0;
        var clock = Stopwatch.StartNew();
        do
            rows += peer.Run();
        while (clock.Elapsed.TotalMilliseconds < milliseconds);
        return clock.Elapsed.TotalMicroseconds / rows;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
