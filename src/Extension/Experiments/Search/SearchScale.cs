namespace RnnMlNet.Experiments;

/// <summary>The amount of data and training of a trial.</summary>
/// <param name="Folds">Folds of the rows that it is trained and measured on, the first ones.</param>
/// <param name="MaxEpochs">Epochs of a complete trial.</param>
internal sealed record SearchScale(int Folds, int MaxEpochs)
{
    // Slots do not shorten a single complete training: that of an initial trial, and that of the best trial of a bracket.
    private const int Trainings = 2;
    private const int FewestEpochs = 3;
    private static readonly int[] _foldCounts = [3, 2, 1];

    /// <summary>
    /// The largest scale at which a search compares several trials in its time: the initial ones, and its first bracket. Folds are dropped
    /// first, then epochs. Where not even trainings of a few epochs fit, dropping gains nothing, and the scale stays whole.
    /// </summary>
    /// <param name="whole">All folds, all epochs.</param>
    /// <param name="rules">What may be dropped, and the search method.</param>
    /// <param name="epochs">Epochs of one fold that fit the time, run sequentially.</param>
    /// <param name="slots">Concurrent trainings.</param>
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

/// <summary>The settings that determine the cost of a search.</summary>
/// <param name="Method">The search method.</param>
/// <param name="Starts">Number of initial trials.</param>
/// <param name="MaxModels">Maximum number of trials.</param>
/// <param name="MayDropFolds">Whether the number of folds may be reduced: the user did not set it.</param>
/// <param name="MayDropEpochs">Whether the number of epochs may be reduced: the user did not set it.</param>
internal sealed record ScaleRules(SearchMethod Method, int Starts, int MaxModels, bool MayDropFolds, bool MayDropEpochs)
{
    // For a random search, whose trials all cost as much as the best.
    private const int SeveralTrials = 6;

    /// <summary>Epochs of one fold, over the initial trials and the first bracket.</summary>
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
