using Shared;

namespace Training;

/// <summary>Sequences of one length: samples a second of Fit, beside libtorch on tensors made beforehand.</summary>
internal static class StepPart
{
    private static readonly int[] _batchSizes = [32, 64];

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        Console.WriteLine(
            $"Samples a second, 2 threads; medians of {Math.Min(Rounds.Fewest, options.Rounds)} to {options.Rounds} turns. Engine: ours "
                + $"alone, on ready batches. Fit: its epochs from the second on."
        );
        Console.WriteLine(
            "libtorch: its fastest variant, named at the end, on ready tensors. Kept: the share of the engine's speed that Fit keeps. Of "
                + "peak: Fit's products, by the processor's fastest multiply-adds."
        );
        Console.WriteLine();
        Console.WriteLine(
            "| F, H, T | Cell | B | Engine | Fit | libtorch | Fit is faster | Bar | Of peak | Bar | Kept | Bar | libtorch at best |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (Case @case in Case.All(options.Only))
        foreach (int batchSize in _batchSizes)
            Measure(new TrainingSet(@case, batchSize), options, verdict);
    }

    private static void Measure(TrainingSet set, TrainingOptions options, Verdict verdict)
    {
        TorchComparison found = TorchComparison.Measure(set, options);
        Case @case = set.Case;
        string what = $"{@case.Name} B {set.BatchSize}";
        string bar = verdict.AtLeast(Bars.Peer, found.Faster, what);
        string peak = verdict.AtLeast(Bars.Step(@case), found.OfPeak, $"{what} of peak");
        string kept = verdict.AtLeast(Bars.Kept, found.Kept, $"{what} kept");
        Console.WriteLine(
            $"| {@case.Features}, {@case.Units}, {@case.Steps} | {@case.Cell} | {set.BatchSize} | {1e6 / found.Engine:0} | "
                + $"{1e6 / found.Fit:0} | {1e6 / found.Torch:0} "
                + $"| {found.Faster:0.00}x | {bar.Trim()} | {found.OfPeak:0.00} | {peak.Trim()} | {found.Kept:0.00} | {kept.Trim()} "
                + $"| {found.Fastest} |"
        );
    }
}
