using System.Diagnostics;
using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>What is measured: which sets, by how many seeds, on how many threads.</summary>
/// <param name="Data">The folder of the sets.</param>
/// <param name="Only">Names of the sets; none for all.</param>
/// <param name="Seeds">Seeds 1 to N.</param>
/// <param name="Threads">Fits at a time.</param>
internal sealed record AccuracyRun(string Data, string[] Only, int Seeds, int Threads)
{
    public bool IsWanted(string name) => Only.Length == 0 || Only.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Trains by the recipes, and prints ours beside the published figures.</summary>
    /// <returns>Whether all bars are met.</returns>
    public bool Measure()
    {
        AccuracyBar[] bars =
        [
            .. Bars.All(Data).Where(bar => IsWanted(bar.Name)),
            .. ForecastBars.All(Data, IsWanted),
            .. CovariateBars.All(Data, IsWanted),
        ];
        var multiclass = new RnnMulticlassTrainer.Options();
        var tagger = new RnnSequenceTaggerTrainer.Options();
        var regression = new RnnRegressionTrainer.Options();
        Console.WriteLine($"series: {Recipes.Describe(Recipes.Series(Recipes.Plain(new RnnMulticlassTrainer.Options())), multiclass)}");
        Console.WriteLine($"text:   {Recipes.Describe(Recipes.Text(Recipes.Plain(new RnnMulticlassTrainer.Options())), multiclass)}");
        Console.WriteLine($"chunks: {Recipes.Describe(Recipes.Chunks(Recipes.Plain(new RnnSequenceTaggerTrainer.Options())), tagger)}");
        Console.WriteLine(
            $"life:   {Recipes.Describe(Recipes.Life(Recipes.Plain(new RnnRegressionTrainer.Options())), regression)}; "
                + $"windows of {Recipes.LifeView.Window} cycles of {Recipes.LifeView.Columns.Length} values, "
                + $"one ending at each {Recipes.LifeView.Stride}nd cycle, life capped at {CmapssFile.Cap}"
        );
        foreach (
            var (name, recipe) in (IEnumerable<(string, RnnForecastingEstimator.Options)>)
                [
                    ("ETTh1: ", Recipes.Channels(96, 1)),
                    ("OT:    ", Recipes.OilTemperature(24, 1)),
                    ("air:   ", Recipes.Air(1)),
                    ("sunspots:", Recipes.Sunspots(1)),
                    ("electricity:", Recipes.Electricity(1)),
                    ("branches:", Recipes.Branches(1)),
                ]
        )
            Console.WriteLine($"{name} {Recipes.Describe(recipe, new RnnForecastingEstimator.Options())}");
        Console.WriteLine();
        Console.WriteLine(
            $"{"set", -17} {"task", -8} {"measure", -9} {"mean", 7} {"min", 7} {"max", 7} {"bar", 7} {"", -7} {"s/fit", 6}  train/test; "
                + $"published (recurrent; others)"
        );
        bool allMet = true;
        foreach (AccuracyBar bar in bars)
        {
            var clock = Stopwatch.StartNew();
            var results = new double[Seeds];
            Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i => results[i] = bar.Run(i + 1));
            double seconds = clock.Elapsed.TotalSeconds * Math.Min(Threads, Seeds) / Seeds;
            bool isMet = bar.IsMet(results.Average());
            allMet &= isMet;
            Console.WriteLine(
                $"{bar.Name, -17} {bar.Task, -8} {bar.Measure, -9} {results.Average(), 7:0.000} {results.Min(), 7:0.000} "
                    + $"{results.Max(), 7:0.000} {(bar.LowerIsBetter ? "<= " : ">= ")}{bar.Bar, 4:0.###} {(isMet ? "met" : "MISSED"), -7} "
                    + $"{seconds, 6:0}  {bar.Rows}; {bar.Published}"
            );
        }
        return allMet;
    }
}
