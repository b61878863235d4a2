namespace RnnMlNet.Experiments;

/// <summary>
/// Successive halving: trials that begin together, and the epochs after which they are compared. At each comparison the better third goes on to three times
/// as many epochs.
/// </summary>
/// <param name="Trials">How many begin.</param>
/// <param name="Rungs">Epochs at each comparison, ascending; the last is the end of training.</param>
internal sealed record Bracket(int Trials, IReadOnlyList<int> Rungs)
{
    private const int Factor = 3, RandomTrials = 27, MostHalvings = 3;

    /// <summary>How many of some trials go on.</summary>
    public static int Survivors(int trials) => Math.Max(1, trials / Factor);

    /// <summary>The brackets of a search, which go on without end: those of Hyperband, from the one that begins with the most trials to the one that compares none.</summary>
    /// <param name="method">The search.</param>
    /// <param name="maxEpochs">Epochs of a whole training.</param>
    public static IEnumerable<Bracket> Of(SearchMethod method, int maxEpochs)
    {
        Bracket[] cycle = method == SearchMethod.Random ? [new Bracket(RandomTrials, [maxEpochs])] : [.. Hyperband(maxEpochs)];
        while (true)
            foreach (Bracket bracket in cycle)
                yield return bracket;
    }

    private static IEnumerable<Bracket> Hyperband(int maxEpochs)
    {
        // After less than a 27th of its epochs a trial says little of what it will come to.
        int most = Math.Min(MostHalvings, (int)Math.Log(maxEpochs + 0.5, Factor));
        for (int halvings = most; halvings >= 0; halvings--)
            yield return new Bracket(
                (int)Math.Ceiling((most + 1.0) / (halvings + 1) * Math.Pow(Factor, halvings)),
                [.. Enumerable.Range(0, halvings + 1).Select(rung => (int)Math.Ceiling(maxEpochs / Math.Pow(Factor, halvings - rung)))]);
    }
}
