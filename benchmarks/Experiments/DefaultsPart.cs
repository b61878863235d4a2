using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Experiments;
using Shared;

namespace ExperimentBenchmark;

/// <summary>
/// The best of an experiment against the defaults, on test rows that the search never sees.
/// </summary>
internal static class DefaultsPart
{
    private const int Seeds = 3;

    /// <param name="sets">The sets.</param>
    /// <param name="seconds">Seconds of each experiment.</param>
    /// <param name="errorToGo">The share of the defaults' error that is to go.</param>
    /// <param name="verdict">Receives the bars.</param>
    /// <returns>The number of sets on which the experiment is better than the defaults.</returns>
    public static int Run(IEnumerable<SearchedSet> sets, uint seconds, double errorToGo, Verdict verdict)
    {
        int better = 0;
        Console.WriteLine($"Test accuracy: the defaults (mean of {Seeds} seeds) and the best of an experiment of {seconds} s");
        Console.WriteLine($"{"set", -17} {"defaults", 8} {"bar", 12} {"best", 7} {"trials", 7} {"seconds", 8} {"fit", 6}  chosen");
        foreach (SearchedSet set in sets)
        {
            double defaults = Enumerable.Range(1, Seeds).Average(seed => Defaults(set, seed));
            var clock = Stopwatch.StartNew();
            var (result, accuracy) = Search(set, seconds);
            double bar = defaults + errorToGo * (1 - defaults);
            better += accuracy > defaults ? 1 : 0;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{set.Name, -17} {defaults, 8:0.0000} {verdict.AtLeast(Math.Round(bar, 4), accuracy, $"{set.Name} accuracy")} "
                        + $"{accuracy, 7:0.0000} {result.RunDetails.Count, 7} {clock.Elapsed.TotalSeconds, 8:0.0} {result.Seconds, 6:0.0}  "
                        + $"{result.BestRun}"
                )
            );
            Console.WriteLine(result);
            Console.WriteLine();
        }
        return better;
    }

    private static double Defaults(SearchedSet set, int seed)
    {
        var ml = new MLContext(seed);
        var (train, test) = set.Load(ml);
        using var model = set.PreFeaturizer(ml)
            .Append(ml.MulticlassClassification.Trainers.Rnn(set.WithColumns(new RnnMulticlassTrainer.Options { Seed = seed })))
            .Fit(train);
        return ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }

    private static (ExperimentResult<Microsoft.ML.Data.MulticlassClassificationMetrics> Result, double Accuracy) Search(
        SearchedSet set,
        uint seconds
    )
    {
        var ml = new MLContext(seed: 1);
        var (train, test) = set.Load(ml);
        var settings = new MulticlassExperimentSettings { MaxExperimentTimeInSeconds = seconds, Seed = 1 };
        set.WithColumns(settings.Options);
        var result = ml.Rnn().CreateMulticlassExperiment(settings).Execute(train, preFeaturizer: set.PreFeaturizer(ml));
        return (result, ml.MulticlassClassification.Evaluate(result.BestRun.Model!.Transform(test)).MicroAccuracy);
    }
}
