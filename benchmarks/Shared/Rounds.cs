using System.Diagnostics;

namespace Shared;

/// <summary>
/// Measures peers in turn, again and again, so that what else the machine does meets all of them; the median of the rounds counts.
/// </summary>
internal static class Rounds
{
    /// <summary>Rounds that peers who take long get.</summary>
    public const int Fewest = 3;

    private static readonly TimeSpan _longEnough = TimeSpan.FromSeconds(20);

    /// <summary>The median of each peer's turns.</summary>
    /// <param name="peers">A turn of each: given the least milliseconds it should take, it returns what was measured.</param>
    /// <param name="rounds">Turns of each at most.</param>
    /// <param name="milliseconds">The least time of a turn.</param>
    public static double[] Measure(IReadOnlyList<Func<double, double>> peers, int rounds, double milliseconds)
    {
        foreach (Func<double, double> turn in peers)
            turn(4 * milliseconds);
        // Once more: what the first calls compiled is recompiled for speed a while after them.
        var clock = Stopwatch.StartNew();
        foreach (Func<double, double> turn in peers)
            turn(milliseconds);
        int turns = Turns(rounds, clock.Elapsed);
        double[][] figures = [.. peers.Select(_ => new double[turns])];
        for (int round = 0; round < turns; round++)
        for (int i = 0; i < peers.Count; i++)
            figures[i][round] = peers[i](milliseconds);
        return [.. figures.Select(Median)];
    }

    /// <summary>How many rounds to measure: as many as asked for, fewer where one takes so long that they would take minutes.</summary>
    public static int Turns(int rounds, TimeSpan oneRound) => (int)Math.Clamp(_longEnough / oneRound, Math.Min(Fewest, rounds), rounds);

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
