using RnnMlNet;
using Shared;

namespace Training;

/// <summary>
/// Sequences of many lengths: time per true step of Fit, beside libtorch on batches padded to their longest row, rows of like length
/// together.
/// </summary>
internal static class LengthsPart
{
    private const int BatchSize = 64;

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        Console.WriteLine(
            $"Lengths uniform in [{TrainingSet.Fewest}, {TrainingSet.Most}], B {BatchSize}, 2 threads: nanoseconds a true step. "
                + $"libtorch: batches of rows sorted by length, padded, its fastest variant."
        );
        Console.WriteLine();
        Console.WriteLine("| F, H | Cell | Engine | Fit | libtorch | Fit is faster | Bar | Of peak | Bar | Kept | libtorch at best |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (CellKind cell in new[] { CellKind.Lstm, CellKind.Gru })
        foreach (var (features, units) in new[] { (8, 64), (12, 128) })
            Measure(new TrainingSet(new Case(cell, features, units, TrainingSet.Most), BatchSize, IsRagged: true), options, verdict);
    }

    private static void Measure(TrainingSet set, TrainingOptions options, Verdict verdict)
    {
        Case @case = set.Case;
        if (!@case.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))
            return;
        TorchComparison found = TorchComparison.Measure(set, options);
        double toStep = 1000.0 * set.Rows.Count / set.TrueSteps;
        string what = $"{@case.Cell} {@case.Features},{@case.Units} of many lengths";
        string bar = verdict.AtLeast(Bars.Peer, found.Faster, what);
        string peak = verdict.AtLeast(Bars.Lengths(@case), found.OfPeak, $"{what} of peak");
        Console.WriteLine(
            $"| {@case.Features}, {@case.Units} | {@case.Cell} | {toStep * found.Engine:0} | {toStep * found.Fit:0} | "
                + $"{toStep * found.Torch:0} "
                + $"| {found.Faster:0.00}x | {bar.Trim()} | {found.OfPeak:0.00} | {peak.Trim()} | {found.Kept:0.00} | {found.Fastest} |"
        );
    }
}
