using System.CommandLine;
using System.Globalization;
using Accuracy.Sets;
using ExperimentBenchmark;
using Shared;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Option<Part[]> parts = CommandLine.List(
    "--part",
    "these parts alone: defaults, archive, halving",
    CommandLine.Parts<Part>,
    [Part.Defaults, Part.Archive, Part.Halving]
);
Option<string[]> only = CommandLine.List("--only", "these sets alone", text => text.Split(','), []);
Option<int?> seconds = CommandLine.Count("--seconds", "seconds of each experiment (300 against the defaults, 200 for halving)");
Option<int?> seeds = CommandLine.Count("--seeds", "seeds of the halving (5)");
Option<string?> data = new("--data") { Description = "where the data lies" };
Option<bool> check = new("--check") { Description = "exit code 1 where a bar is missed" };
RootCommand root = new("Experiments against the defaults, and successive halving against random search.")
{
    parts,
    only,
    seconds,
    seeds,
    data,
    check,
};
root.SetAction(result =>
{
    if (SharedData.Find(result.GetValue(data)) is not string folder)
    {
        Console.WriteLine("There is no folder shared/data beside the repository: nothing to measure. Name it with --data.");
        return result.GetValue(check) ? 2 : 0;
    }
    string[] names = result.GetValue(only)!;
    SearchedSet[] Named(IReadOnlyList<SearchedSet> all) =>
        [.. all.Where(set => names.Length == 0 || names.Contains(set.Name, StringComparer.OrdinalIgnoreCase))];
    SearchedSet[] sets = Named(SearchedSet.All(folder)),
        archive = Named(SearchedSet.Archive(folder));
    var verdict = new Verdict();
    Console.WriteLine($"{Environment.ProcessorCount} cores");
    if (result.GetValue(parts)!.Contains(Part.Defaults) && sets.Length > 0)
        DefaultsPart.Run(sets, (uint)(result.GetValue(seconds) ?? 300), errorToGo: 1.0 / 3, verdict);
    if (result.GetValue(parts)!.Contains(Part.Archive) && archive.Length > 0)
    {
        int better = DefaultsPart.Run(archive, (uint)(result.GetValue(seconds) ?? 300), errorToGo: 0, verdict);
        if (names.Length == 0)
            Console.WriteLine($"better than the defaults on {better} of {archive.Length}, bar {verdict.AtLeast(3, better, "sets better")}");
    }
    if (result.GetValue(parts)!.Contains(Part.Halving))
        HalvingPart.Run(sets, (uint)(result.GetValue(seconds) ?? 200), result.GetValue(seeds) ?? 5, verdict);
    Console.WriteLine(verdict);
    return verdict.ExitCode(result.GetValue(check));
});
return CommandLine.Run(root, args);

/// <summary>Parts of the benchmark.</summary>
internal enum Part
{
    Defaults,
    Archive,
    Halving,
}
