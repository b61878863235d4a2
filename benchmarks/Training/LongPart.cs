using System.Diagnostics;
using System.Globalization;
using Shared;

namespace Training;

/// <summary>
/// Long rows: the memory and the time of training with all activations kept, and with those of each segment computed again in the backward
/// pass. Each in a process of its own, whose anonymous memory is watched.
/// </summary>
internal static class LongPart
{
    private const int MostRounds = 3;

    private static readonly int[] _lengths = [5_000, 20_000, 100_000];

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("Long rows: not measured, because only Linux tells what is needed.");
            return;
        }
        Console.WriteLine(
            $"Long rows: an LSTM, F {LongChild.Features}, H {LongChild.Units}, B {LongChild.Rows}, 1 thread: peak of the process's "
                + $"anonymous memory in MiB, nanoseconds of processor time a step of a row"
        );
        Console.WriteLine();
        Console.WriteLine("| T | Kept, MiB | Recomputed, MiB | Bar | Kept, ns | Recomputed, ns | Speed | Bar | Losses that differ |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        int[] lengths = options.Steps is int only ? [only] : _lengths;
        foreach (int steps in lengths)
            Measure(steps, Math.Min(options.Rounds, MostRounds), verdict);
        Console.WriteLine();
        Found fit = Train("fit", lengths[^1]);
        string bar = verdict.AtMost(Bars.LongRows, fit.Peak, $"Fit on rows of {lengths[^1]} steps: peak of anonymous memory").Trim();
        Console.WriteLine(
            $"Fit of both directions on {LongChild.FitRows} rows of {lengths[^1]:N0} steps, half of them for validation, pooled by last, "
                + $"mean and maximum, then Transform: {fit.Peak:0} MiB at most, bar {bar}"
        );
    }

    private static void Measure(int steps, int rounds, Verdict verdict)
    {
        var kept = new List<Found>();
        var recomputed = new List<Found>();
        for (int round = 0; round < rounds; round++)
        {
            kept.Add(Train("kept", steps));
            recomputed.Add(Train("recomputed", steps));
        }
        double peak = recomputed.Max(found => found.Peak),
            ours = Median(recomputed),
            theirs = Median(kept);
        string memory = verdict.AtMost(Bars.LongRows, peak, $"rows of {steps} steps: peak of anonymous memory").Trim(),
            time = verdict.AtLeast(1 / Bars.Recomputed, theirs / ours, $"rows of {steps} steps: speed recomputed beside kept").Trim(),
            losses = verdict
                .AtMost(
                    0,
                    kept.Concat(recomputed).Select(found => found.Loss).Distinct().Count() - 1,
                    $"rows of {steps} steps: losses that differ"
                )
                .Trim();
        Console.WriteLine(
            $"| {steps:N0} | {kept.Max(found => found.Peak):0} | {peak:0} | {memory} | {theirs:0} | {ours:0} | {theirs / ours:0.00}x "
                + $"| {time} | {losses} |"
        );
    }

    private static double Median(IEnumerable<Found> found) => found.Select(one => one.Nanoseconds).Order().ElementAt(found.Count() / 2);

    private static Found Train(string how, int steps)
    {
        using Process process = Child.Start("long", how, $"{steps}");
        double peak = AnonymousMemory.Peak(process) / (double)(1 << 20);
        string[] answer = Child.Line(process).Split(' ');
        return new Found(answer[0], peak, double.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    /// <summary>What a child process found: the loss with all its digits, MiB, and nanoseconds a step.</summary>
    private sealed record Found(string Loss, double Peak, double Nanoseconds);
}
