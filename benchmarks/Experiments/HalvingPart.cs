using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Experiments;
using Shared;

namespace ExperimentBenchmark;

/// <summary>
/// Successive halving against random search, each with the same rows, folds, options, first trial and time: when does the one reach the best validation loss that the other
/// comes to in all of its time?
/// </summary>
internal static class HalvingPart
{
    private const double Bar = 40;

    public static void Run(IEnumerable<SearchedSet> sets, uint seconds, int seeds, Verdict verdict)
    {
        Console.WriteLine($"Time to random search's best log-loss on held out rows, of {seconds} s each");
        Console.WriteLine($"{"set",-17} {"seed",4} {"random",8} {"at s",7} {"trials",7}   {"halving",8} {"trials",7} {"reached",8} {"share",6} {"of at s",7}");
        foreach (SearchedSet set in sets)
        {
            var shares = new List<double>();
            for (int seed = 1; seed <= seeds; seed++)
            {
                var random = Search(set, SearchMethod.Random, seed, seconds);
                var halving = Search(set, SearchMethod.Bohb, seed, seconds);
                double best = random.Progress[^1].Value, at = random.Progress[^1].Seconds;
                double reached = halving.Progress.FirstOrDefault(step => step.Value <= best)?.Seconds ?? double.PositiveInfinity;
                shares.Add(100 * reached / seconds);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{set.Name,-17} {seed,4} {best,8:0.0000} {at,7:0.0} {random.RunDetails.Count,7}   {halving.Progress[^1].Value,8:0.0000} {halving.RunDetails.Count,7} {reached,8:0.0} {100 * reached / seconds,5:0} % {100 * reached / at,5:0} %"));
            }
            double median = shares.Order().ElementAt(shares.Count / 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set.Name,-17} median {median:0} % of random search's time, bar {verdict.AtMost(Bar, median, $"{set.Name} time to random search's best, %")}"));
        }
    }

    private static ExperimentResult<MulticlassClassificationMetrics> Search(SearchedSet set, SearchMethod method, int seed, uint seconds)
    {
        var ml = new MLContext(seed);
        var settings = new MulticlassExperimentSettings
        {
            MaxExperimentTimeInSeconds = seconds,
            OptimizingMetric = MulticlassClassificationMetric.LogLoss,
            Search = method,
            Seed = seed,
            // All of the time is for the search.
            Refit = false,
        };
        set.WithColumns(settings.Options);
        return ml.Rnn().CreateMulticlassExperiment(settings).Execute(set.Load(ml).Train, preFeaturizer: set.PreFeaturizer(ml));
    }
}
