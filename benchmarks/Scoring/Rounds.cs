using System.Diagnostics;

namespace Scoring;

/// <summary>Measures peers in turn, again and again, so that what else the machine does meets all of them; the median of the rounds counts.</summary>
internal static class Rounds
{
    /// <summary>Rounds that peers who take long get.</summary>
    public const int Fewest = 3;

    private static readonly TimeSpan _longEnough = TimeSpan.FromSeconds(20);

    /// <summary>Microseconds a row of each peer; the peers are disposed of.</summary>
    /// <exception cref="InvalidOperationException">The peers do not score the same.</exception>
    public static double[] Measure(IReadOnlyList<IPeer> peers, int rounds, double milliseconds)
    {
        foreach (IPeer peer in peers)
            Turn(peer, 4 * milliseconds);
        // Once more: what the first calls compiled is recompiled for speed a while after them.
        var clock = Stopwatch.StartNew();
        foreach (IPeer peer in peers)
            Turn(peer, milliseconds);
        int turns = Turns(rounds, clock.Elapsed);
        CheckEqual(peers);
        double[][] times = [.. peers.Select(_ => new double[turns])];
        for (int round = 0; round < turns; round++)
            for (int i = 0; i < peers.Count; i++)
                times[i][round] = Turn(peers[i], milliseconds);
        foreach (IPeer peer in peers)
            peer.Dispose();
        return [.. times.Select(Median)];
    }

    /// <summary>How many rounds to measure: as many as asked for, fewer where one takes so long that they would take minutes.</summary>
    public static int Turns(int rounds, TimeSpan oneRound) =>
        (int)Math.Clamp(_longEnough / oneRound, Math.Min(Fewest, rounds), rounds);

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
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

    private static void CheckEqual(IReadOnlyList<IPeer> peers)
    {
        if (peers.Select(peer => peer.FirstClass).Distinct().Count() > 1)
            throw new InvalidOperationException($"The peers do not score the same: {string.Join(", ", peers.Select(peer => $"{peer.Name} {peer.FirstClass}"))}.");
    }
}
