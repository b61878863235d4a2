namespace RnnMlNet.Experiments;

/// <summary>
/// Successive halving: trials that begin together, and where they are compared. At each comparison the better third goes on to the next,
/// which costs more and says more.
/// </summary>
/// <param name="Trials">How many begin.</param>
/// <param name="Rungs">The comparisons; the last is the end of training on all folds.</param>
internal sealed record Bracket(int Trials, IReadOnlyList<Rung> Rungs)
{
    private const int Factor = 3,
        MostTrials = 27,
        MostHalvings = 3;

    /// <summary>Trials of which none is given up.</summary>
    /// <param name="trials">How many.</param>
    /// <param name="maxEpochs">Epochs of a whole training.</param>
    /// <param name="folds">Folds of the rows.</param>
    public static Bracket Whole(int trials, int maxEpochs, int folds) => new(trials, [new Rung(maxEpochs, folds)]);

    /// <summary>How many of some trials go on.</summary>
    public static int Survivors(int trials) => Math.Max(1, trials / Factor);

    /// <summary>
    /// The brackets of a search, which go on without end: those of Hyperband, from the one that begins with the most trials to the one that
    /// compares none.
    /// </summary>
    /// <param name="method">The search.</param>
    /// <param name="maxEpochs">Epochs of a whole training.</param>
    /// <param name="folds">Folds of the rows.</param>
    public static IEnumerable<Bracket> Of(SearchMethod method, int maxEpochs, int folds)
    {
        Bracket[] cycle = method == SearchMethod.Random ? [Whole(MostTrials, maxEpochs, folds)] : [.. Hyperband(Ladder(maxEpochs, folds))];
        while (true)
            foreach (Bracket bracket in cycle)
                yield return bracket;
    }

    // Each costs about as much as the others. The first has as many trials however short the ladder is: the proposals after it need that
    // many to learn from.
    private static IEnumerable<Bracket> Hyperband(Rung[] ladder)
    {
        int most = ladder.Length - 1;
        for (int begin = 0; begin <= most; begin++)
            yield return new Bracket(
                (int)Math.Ceiling(MostTrials / Math.Pow(Factor, begin) * (most + 1) / (most - begin + 1)),
                ladder[begin..]
            );
    }

    // After less than a 27th of its epochs a trial says little of what it will come to. Where there are folds, epochs of one fold say more
    // of it than as many epochs of all that share the time.
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

/// <summary>Where trials are compared.</summary>
/// <param name="Epochs">Epochs each has been trained for.</param>
/// <param name="Folds">Folds it has been trained and measured on, the first ones.</param>
internal readonly record struct Rung(int Epochs, int Folds);
