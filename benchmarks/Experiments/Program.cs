using System.Globalization;
using Accuracy.Sets;
using ExperimentBenchmark;
using Shared;

// Experiments against the defaults, and successive halving against random search; --check: exit code 1 where a bar is missed.
//   --part defaults,halving   these parts alone        --only NAME,...   these sets alone
//   --seconds N               of each experiment (300 against the defaults, 200 for halving)
//   --seeds N                 seeds of the halving (5)  --data FOLDER     where the data lies
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (SharedData.Find(Value("--data")) is not string data)
{
    Console.WriteLine("There is no folder shared/data beside the repository: nothing to measure. Name it with --data.");
    return args.Contains("--check") ? 2 : 0;
}
string[]? only = Value("--only")?.Split(',');
SearchedSet[] sets = [.. SearchedSet.All(data).Where(set => only is null || only.Contains(set.Name, StringComparer.OrdinalIgnoreCase))];
IReadOnlyList<Part> parts = Value("--part") is string names ? OptionValues.Parts<Part>("--part", names) : [Part.Defaults, Part.Halving];
uint? seconds = Value("--seconds") is string text ? (uint)OptionValues.Count("--seconds", text) : null;
var verdict = new Verdict();
Console.WriteLine($"{Environment.ProcessorCount} cores");
if (parts.Contains(Part.Defaults))
    DefaultsPart.Run(sets, seconds ?? 300, verdict);
if (parts.Contains(Part.Halving))
    HalvingPart.Run(sets, seconds ?? 200, OptionValues.Count("--seeds", Value("--seeds") ?? "5"), verdict);
Console.WriteLine(verdict);
return verdict.ExitCode(args.Contains("--check"));

string? Value(string name)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length && !args[index + 1].StartsWith("--", StringComparison.Ordinal) ? args[index + 1] : null;
}

/// <summary>Parts of the benchmark.</summary>
internal enum Part
{
    Defaults,
    Halving,
}
