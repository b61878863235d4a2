using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Experiments;
using Shared;

namespace ExperimentBenchmark;

/// <summary>
/// Successive halving against random search, each with the same rows, folds, options, first trial and time: when does the one reach the
/// best validation loss that the other comes to in all of its time? It ends when it does.
/// </summary>
internal static class HalvingPart
{
    private const double Bar = 40;

    public static void Run(IEnumerable<SearchedSet> sets, uint seconds, int seeds, Verdict verdict)
    {
        Console.WriteLine($"Time to random search's best log-loss on held out rows, of {seconds} s each");
        Console.WriteLine(
            $"{"set", -17} {"seed", 4} {"random", 8} {"at s", 7} {"trials", 7}   {"halving", 8} {"at s", 7} {"trials", 7} {"share", 7}"
        );
        foreach (SearchedSet set in sets)
        {
            var shares = new List<double>();
            for (int seed = 1; seed <= seeds; seed++)
            {
                var random = Search(set, SearchMethod.Random, seed, seconds, until: double.NegativeInfinity);
                BestSoFar best = random.Progress[^1];
                var halving = Search(set, SearchMethod.Bohb, seed, seconds, until: best.Value);
                // Its loss on fewer folds, or after fewer epochs, is no other one's equal.
                BestSoFar? first = halving.BestRun.IsComplete ? halving.Progress.FirstOrDefault(step => step.Value <= best.Value) : null;
                BestSoFar reached = first ?? halving.Progress[^1] with { Seconds = double.PositiveInfinity };
                double share = 100 * reached.Seconds / seconds;
                shares.Add(share);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{set.Name, -17} {seed, 4} {best.Value, 8:0.0000} {best.Seconds, 7:0.0} {random.RunDetails.Count, 7}   "
                            + $"{reached.Value, 8:0.0000} {(double.IsFinite(share) ? $"{reached.Seconds:0.0}" : "never"), 7} "
                            + $"{halving.RunDetails.Count, 7} {(double.IsFinite(share) ? $"{share:0} %" : "-"), 7}"
                    )
                );
            }
            double median = shares.Order().ElementAt(shares.Count / 2);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{set.Name, -17} median {(double.IsFinite(median) ? $"{median:0} %" : "more than all")} of random search's time, "
                        + $"bar {verdict.AtMost(Bar, median, $"{set.Name} time to random search's best, %")}"
                )
            );
        }
    }

    private static ExperimentResult<MulticlassClassificationMetrics> Search(
        SearchedSet set,
        SearchMethod method,
        int seed,
        uint seconds,
        double until
    )
    {
        using var reached = new CancellationTokenSource();
        var ml = new MLContext(seed);
        var settings = new MulticlassExperimentSettings
        {
            MaxExperimentTimeInSeconds = seconds,
            OptimizingMetric = MulticlassClassificationMetric.LogLoss,
            Search = method,
            // The same of both, whatever the time would do for.
            Folds = 5,
            MaxEpochs = set.Name == "TREC-6" ? 9 : 243,
            Seed = seed,
            // What both would begin with says nothing of either.
            SearchSpace = SearchSpace.ForSequences().ClearInitialTrials(),
            CancellationToken = reached.Token,
            // All of the time is for the search.
            Refit = false,
        };
        set.WithColumns(settings.Options);
        return ml.Rnn()
            .CreateMulticlassExperiment(settings)
            .Execute(set.Load(ml).Train, preFeaturizer: set.PreFeaturizer(ml), progressHandler: new WhenReached(until, reached));
    }

    /// <summary>Ends a search with the first trial that comes to a loss, when it is measured on all that others are.</summary>
    private sealed class WhenReached(double loss, CancellationTokenSource search) : IProgress<RunDetail<MulticlassClassificationMetrics>>
    {
        public void Report(RunDetail<MulticlassClassificationMetrics> value)
        {
            if (value.IsComplete && value.ValidationMetrics?.LogLoss <= loss)
                search.Cancel();
        }
    }
}
