namespace RnnMlNet.Experiments;

/// <summary>
/// A bracket of successive halving: trials that begin together, and their comparisons. At each comparison the better third continues to the
/// next, which is more expensive and more informative.
/// </summary>
/// <param name="Trials">Number of trials at the start.</param>
/// <param name="Rungs">The comparisons; the last is the end of training on all folds.</param>
internal sealed record Bracket(int Trials, IReadOnlyList<Rung> Rungs)
{
    private const int Factor = 3,
        MostTrials = 27,
        MostHalvings = 3;

    /// <summary>A bracket without early comparisons.</summary>
    /// <param name="trials">Number of trials.</param>
    /// <param name="maxEpochs">Epochs of a complete training.</param>
    /// <param name="folds">Folds of the rows.</param>
    public static Bracket Whole(int trials, int maxEpochs, int folds) => new(trials, [new Rung(maxEpochs, folds)]);

    /// <summary>Number of trials that continue.</summary>
    public static int Survivors(int trials) => Math.Max(1, trials / Factor);

    /// <summary>
    /// The endless sequence of a search's brackets: those of Hyperband, from the one with the most trials to the one without early
    /// comparisons.
    /// </summary>
    /// <param name="method">The search method.</param>
    /// <param name="maxEpochs">Epochs of a complete training.</param>
    /// <param name="folds">Folds of the rows.</param>
    public static IEnumerable<Bracket> Of(SearchMethod method, int maxEpochs, int folds)
    {
        Bracket[] cycle = method == SearchMethod.Random ? [Whole(MostTrials, maxEpochs, folds)] : [.. Hyperband(Ladder(maxEpochs, folds))];
        while (true)
            foreach (Bracket bracket in cycle)
                yield return bracket;
    }

    // All cost about the same. The first has as many trials however short the ladder is: the proposals after it learn from that many.
    private static IEnumerable<Bracket> Hyperband(Rung[] ladder)
    {
        int most = ladder.Length - 1;
        for (int begin = 0; begin <= most; begin++)
            yield return new Bracket(
                (int)Math.Ceiling(MostTrials / Math.Pow(Factor, begin) * (most + 1) / (most - begin + 1)),
                ladder[begin..]
            );
    }

    // Before a 27th of its epochs a trial's metric predicts little. With folds, epochs of one fold predict more than as many epochs shared
    // among all.
    private static Rung[] Ladder(int maxEpochs, int folds)
    {
        int halvings = Math.Min(MostHalvings, (int)Math.Log(maxEpochs + 0.5, Factor));
        return
        [
            .. Enumerable.Range(0, halvings).Select(rung => new Rung((int)Math.Ceiling(maxEpochs / Math.Pow(Factor, halvings - rung)), 1)),
            new Rung(maxEpochs, folds),
        ];
    }
}

/// <summary>A comparison of trials.</summary>
/// <param name="Epochs">Epochs that each was trained for.</param>
/// <param name="Folds">Folds that each was trained and measured on, the first ones.</param>
internal readonly record struct Rung(int Epochs, int Folds);
