namespace RnnMlNet.Experiments;

/// <summary>How much of the data and of training a trial gets.</summary>
/// <param name="Folds">Folds of the rows that it is trained and measured on, the first ones.</param>
/// <param name="MaxEpochs">Epochs of a trial that goes on to its end.</param>
internal sealed record SearchScale(int Folds, int MaxEpochs)
{
    // A training to its end takes time that slots do not shorten: that of a trial that the search begins with, and that of one that goes on
    // to its end.
    private const int Trainings = 2;
    private const int FewestEpochs = 3;
    private static readonly int[] _foldCounts = [3, 2, 1];

    /// <summary>
    /// The largest scale at which a search compares several trials in its time: those that it begins with, and its first bracket. Folds are
    /// dropped first, then epochs.
    /// Where not even trainings of a few epochs fit, nothing is gained by dropping any, and it stays whole.
    /// </summary>
    /// <param name="whole">All folds, all epochs.</param>
    /// <param name="rules">What may be dropped, and how the search goes.</param>
    /// <param name="epochs">Epochs of one fold that there is time for, one after the other.</param>
    /// <param name="slots">Trainings side by side.</param>
    public static SearchScale Fitting(SearchScale whole, ScaleRules rules, double epochs, int slots)
    {
        int most = whole.MaxEpochs,
            fewestEpochs = Math.Min(FewestEpochs, most);
        if (rules.MayDropEpochs)
        {
            if (Trainings * fewestEpochs > epochs)
                return whole;
            most = (int)Math.Min(most, epochs / Trainings);
        }
        IEnumerable<int> folds = rules.MayDropFolds ? _foldCounts.Where(count => count < whole.Folds).Prepend(whole.Folds) : [whole.Folds];
        SearchScale[] scales = [.. folds.Select(count => new SearchScale(count, most))];
        if (scales.FirstOrDefault(scale => rules.Cost(scale) <= epochs * slots) is SearchScale fitting)
            return fitting;
        SearchScale fewest = scales[^1];
        return rules.MayDropEpochs
            ? fewest with
            {
                MaxEpochs = Math.Max(fewestEpochs, (int)(most * epochs * slots / rules.Cost(fewest))),
            }
            : fewest;
    }
}

/// <summary>What decides how much a search costs.</summary>
/// <param name="Method">The search.</param>
/// <param name="Starts">Trials that it begins with.</param>
/// <param name="MaxModels">Trials at most.</param>
/// <param name="MayDropFolds">Whether the number of folds is not the user's own.</param>
/// <param name="MayDropEpochs">Whether the number of epochs is not the user's own.</param>
internal sealed record ScaleRules(SearchMethod Method, int Starts, int MaxModels, bool MayDropFolds, bool MayDropEpochs)
{
    // Of a random search, whose trials all cost as much as the best.
    private const int SeveralTrials = 6;

    /// <summary>Epochs of one fold, over all that the search begins with and its first bracket.</summary>
    public double Cost(SearchScale scale)
    {
        int starts = Math.Min(Starts, MaxModels);
        Bracket first = Bracket.Of(Method, scale.MaxEpochs, scale.Folds).First();
        int trials = Math.Min(first.Trials, MaxModels - starts);
        if (first.Rungs.Count == 1)
            trials = Math.Min(trials, SeveralTrials);
        double cost = (double)starts * scale.MaxEpochs * scale.Folds,
            before = 0;
        foreach (Rung rung in first.Rungs)
        {
            double each = (double)rung.Epochs * rung.Folds;
            cost += trials * (each - before);
            before = each;
            trials = Math.Min(trials, Bracket.Survivors(trials));
        }
        return cost;
    }
}
