using System.CommandLine;
using System.Globalization;
using Accuracy;
using Accuracy.Defaults;
using Accuracy.Sets;
using Accuracy.Tables;
using Shared;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Option<string?> part = new("--part")
{
    Description =
        "defaults: plain defaults beside the recipes and what a user would try first; tables: long tables, conditions, missing values",
};
part.AcceptOnlyFromAmong("defaults", "tables");
Option<bool> noRecipes = new("--no-recipes") { Description = "with --part defaults: leaves the recipes out" };
Option<bool> beforeTest = new("--before-test")
{
    Description = "with --part defaults: forecasts of the horizon before the test horizon, by which the defaults are chosen",
};
Option<string?> select = new("--select")
{
    Description =
        "compares candidates by cross-validation on training rows: defaults (changes to the defaults), series, text, life, chunks, "
        + "forecast, covariates; without a value all tasks of the recipes",
    Arity = ArgumentArity.ZeroOrOne,
};
select.AcceptOnlyFromAmong("defaults", "series", "text", "life", "chunks", "forecast", "covariates");
Option<string?> candidate = new("--candidate") { Description = "with --select defaults: those with this in their names" };
Option<string?> change = new("--change")
{
    Description = "with --select defaults or --before-test: this one, such as Layers=2,BatchSize=8",
};
Option<string[]> only = CommandLine.List("--only", "these sets alone (with --select TASK: the candidate)", text => text.Split(','), []);
Option<int?> seeds = CommandLine.Count("--seeds", "seeds 1 to N (3)");
Option<int?> threads = CommandLine.Count("--threads", "fits at a time, or threads of a fit with --part defaults (the number of cores)");
Option<string?> data = new("--data") { Description = "where the data lies" };
Option<string?> models = new("--models")
{
    Description = "keeps ETTh1's forecasters in this folder, and takes those that are there already: a run that was cut off resumes",
};
Option<bool> check = new("--check") { Description = "exit code 1 where a bar is missed" };
RootCommand root = new("Trains on each set, and prints ours beside the published figures.")
{
    part,
    noRecipes,
    beforeTest,
    select,
    candidate,
    change,
    only,
    seeds,
    threads,
    data,
    models,
    check,
};
root.SetAction(result =>
{
    if (SharedData.Find(result.GetValue(data)) is not string folder)
    {
        Console.WriteLine("There is no folder shared/data beside the repository: nothing to measure. Name it with --data.");
        return result.GetValue(check) ? 2 : 0;
    }
    KeptModels.Folder = result.GetValue(models);
    var run = new AccuracyRun(
        folder,
        result.GetValue(only)!,
        result.GetValue(seeds) ?? 3,
        result.GetValue(threads) ?? Environment.ProcessorCount
    );
    if (result.GetResult(select) is not null)
    {
        string? task = result.GetValue(select);
        if (task == "defaults")
            DefaultsSelection.Run(run.Data, run.IsWanted, result.GetValue(candidate), result.GetValue(change), run.Threads);
        else
            Selection.Run(run.Data, task, run.Only.Length == 0 ? null : string.Join(',', run.Only), run.Threads);
        return 0;
    }
    if (result.GetValue(part) is null)
        return run.Measure() || !result.GetValue(check) ? 0 : 1;
    if (result.GetValue(part) == "tables")
        return TablesPart.Run(run.Data, run.IsWanted, run.Seeds, run.Threads) || !result.GetValue(check) ? 0 : 1;
    if (result.GetValue(beforeTest))
    {
        ForecastSets.Run(run.Data, run.IsWanted, run.Seeds, run.Threads, beforeTest: true, result.GetValue(change) ?? "");
        return 0;
    }
    bool isMet = DefaultsPart.Run(run.Data, run.IsWanted, run.Seeds, run.Threads, hasRecipes: !result.GetValue(noRecipes));
    return isMet || !result.GetValue(check) ? 0 : 1;
});
return CommandLine.Run(root, args);
