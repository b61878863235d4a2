using Shared;

namespace Training;

/// <summary>What a second thread gives Fit.</summary>
internal static class ThreadsPart
{
    // A virtual machine may give a second processor only to who has been busy for a while.
    private const int TurnsAreLonger = 4;

    private static readonly int[] _batchSizes = [32, 64];

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        Console.WriteLine("Fit's samples a second on one thread and on two");
        Console.WriteLine();
        Console.WriteLine("| F, H, T | Cell | B | 1 thread | 2 threads | Faster | Bar |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (Case @case in Case.All(options.Only))
        foreach (int batchSize in _batchSizes)
            Measure(new TrainingSet(@case, batchSize), options, verdict);
    }

    private static void Measure(TrainingSet set, TrainingOptions options, Verdict verdict)
    {
        double[] us = Rounds.Measure(
            [new FitPeer(set, threads: 1).Turn, new FitPeer(set, threads: 2).Turn],
            options.Rounds,
            TurnsAreLonger * options.Milliseconds
        );
        Case @case = set.Case;
        string bar = verdict.AtLeast(Bars.TwoThreads, us[0] / us[1], $"{@case.Name} B {set.BatchSize} on two threads");
        Console.WriteLine(
            $"| {@case.Features}, {@case.Units}, {@case.Steps} | {@case.Cell} | {set.BatchSize} | {1e6 / us[0]:0} | {1e6 / us[1]:0} | "
                + $"{us[0] / us[1]:0.00}x | {bar.Trim()} |"
        );
    }
}
