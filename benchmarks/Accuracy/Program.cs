using System.Diagnostics;
using System.Globalization;
using Accuracy;
using Accuracy.Defaults;
using Accuracy.Sets;
using RnnMlNet;

// Trains on each set, prints ours beside the published figures; --check: exit code 1 where a bar is missed.
//   --only NAME,...   these sets alone        --seeds N     seeds 1..N (3)
//   --data FOLDER     where the data lies     --threads N   fits at a time (the number of cores)
//   --models FOLDER   keeps ETTh1's forecasters there, and takes those that are there already: a run that was cut off goes on
//   --part defaults   plain defaults beside the recipes and what a user would try first; --no-recipes leaves the recipes out; --threads N: of a fit
//   --part defaults --before-test  default forecasts of the horizon before the test horizon, by which they are chosen
//   --select defaults  compares changes to the defaults by cross-validation on training rows; --candidate TEXT: those with it in their names; --change Layers=2,BatchSize=8: this one
//   --select [TASK]   compares candidates by cross-validation on training rows instead (series, text, life, chunks or forecast)
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
bool check = args.Contains("--check");
string? data = SharedData.Find(Value("--data"));
KeptModels.Folder = Value("--models");
int seeds = int.Parse(Value("--seeds") ?? "3");
int threads = int.Parse(Value("--threads") ?? $"{Environment.ProcessorCount}");
if (data is null)
{
    Console.WriteLine("There is no folder shared/data beside the repository: nothing to measure. Name it with --data.");
    return check ? 2 : 0;
}
if (Value("--select") == "defaults")
{
    string[]? sets = Value("--only")?.Split(',');
    DefaultsSelection.Run(data, name => sets is null || sets.Contains(name, StringComparer.OrdinalIgnoreCase), Value("--candidate"), Value("--change"), threads);
    return 0;
}
if (args.Contains("--select"))
{
    Selection.Run(data, Value("--select"), Value("--only"), threads);
    return 0;
}

string[]? only = Value("--only")?.Split(',');
bool IsWanted(string name) => only is null || only.Contains(name, StringComparer.OrdinalIgnoreCase);
if (Value("--part") == "defaults")
{
    if (args.Contains("--before-test"))
    {
        ForecastSets.Run(data, IsWanted, seeds, threads, beforeTest: true);
        return 0;
    }
    bool isMet = DefaultsPart.Run(data, IsWanted, seeds, threads, hasRecipes: !args.Contains("--no-recipes"));
    return check && !isMet ? 1 : 0;
}
AccuracyBar[] bars = [.. Bars.All(data).Where(bar => IsWanted(bar.Name)), .. ForecastBars.All(data, IsWanted)];
Console.WriteLine($"series: {Recipes.Describe(Recipes.Series(Recipes.Plain(new RnnMulticlassTrainer.Options())), new RnnMulticlassTrainer.Options())}");
Console.WriteLine($"text:   {Recipes.Describe(Recipes.Text(Recipes.Plain(new RnnMulticlassTrainer.Options())), new RnnMulticlassTrainer.Options())}");
Console.WriteLine($"chunks: {Recipes.Describe(Recipes.Chunks(Recipes.Plain(new RnnSequenceTaggerTrainer.Options())), new RnnSequenceTaggerTrainer.Options())}");
Console.WriteLine($"life:   {Recipes.Describe(Recipes.Life(Recipes.Plain(new RnnRegressionTrainer.Options())), new RnnRegressionTrainer.Options())}; windows of {Recipes.LifeView.Window} cycles of {Recipes.LifeView.Columns.Length} values, one ending at each {Recipes.LifeView.Stride}nd cycle, life capped at {CmapssFile.Cap}");
foreach (var (name, recipe) in (IEnumerable<(string, RnnForecastingEstimator.Options)>)[("ETTh1: ", Recipes.Channels(96, 1)), ("OT:    ", Recipes.OilTemperature(24, 1)), ("air:   ", Recipes.Air(1)), ("sunspots:", Recipes.Sunspots(1))])
    Console.WriteLine($"{name} {Recipes.Describe(recipe, new RnnForecastingEstimator.Options())}");
Console.WriteLine();
Console.WriteLine($"{"set",-17} {"task",-8} {"measure",-9} {"mean",7} {"min",7} {"max",7} {"bar",7} {"",-7} {"s/fit",6}  train/test; published (recurrent; others)");
bool allMet = true;
foreach (AccuracyBar bar in bars)
{
    var clock = Stopwatch.StartNew();
    var results = new double[seeds];
    Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => results[i] = bar.Run(i + 1));
    double seconds = clock.Elapsed.TotalSeconds * Math.Min(threads, seeds) / seeds;
    bool isMet = bar.IsMet(results.Average());
    allMet &= isMet;
    Console.WriteLine($"{bar.Name,-17} {bar.Task,-8} {bar.Measure,-9} {results.Average(),7:0.000} {results.Min(),7:0.000} {results.Max(),7:0.000} {(bar.LowerIsBetter ? "<= " : ">= ")}{bar.Bar,4:0.###} {(isMet ? "met" : "MISSED"),-7} {seconds,6:0}  {bar.Rows}; {bar.Published}");
}
return check && !allMet ? 1 : 0;

string? Value(string name)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length && !args[index + 1].StartsWith("--", StringComparison.Ordinal) ? args[index + 1] : null;
}
