using System.Diagnostics;
using System.Globalization;
using Shared;

namespace Training;

/// <summary>
/// Sequences of several GiB, trained on in a process that may hold 700 MiB. Beside it a smaller training, once with most of its sequences
/// in the temporary file and once with all in memory: the losses must be the same to the bit.
/// </summary>
internal static class MemoryPart
{
    /// <summary>How many times larger the large training is than the smaller one, and than what of it may stay in memory.</summary>
    private const int Times = 16;

    /// <summary>MiB of the smaller training at least.</summary>
    private const int Fewest = 4;

    /// <summary>MiB of the smaller one's sequences that stay in memory when most are to lie in the file.</summary>
    private const int SmallStore = 1;

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("Memory: not measured, because only Linux tells what is needed.");
            return;
        }
        int small = Math.Max(Fewest, options.Mebibytes / Times);
        using MemoryGroup? group = MemoryGroup.TryCreate((long)Bars.Memory << 20);
        Console.WriteLine(
            $"Memory: a GRU, 64 features, 16 units, 256 steps, an epoch over sequences made as they are read. Limit {Bars.Memory} MiB, "
                + (
                    group is null
                        ? "judged by the peak of anonymous memory, because no control group can be made here"
                        : "set by a control group, page cache included"
                )
        );
        Console.WriteLine();
        Console.WriteLine("| Sequences, MiB | of them in memory, at most | Loss | Seconds | Peak of anonymous memory, MiB | Bar |");
        Console.WriteLine("|---|---|---|---|---|---|");
        string inMemory = Train(group, small, 0, verdict);
        string inFile = Train(group, small, SmallStore, verdict);
        Train(group, options.Mebibytes, small, verdict);
        Console.WriteLine();
        Console.WriteLine(
            $"Digits of the loss that differ between memory and file: "
                + verdict.AtMost(0, inMemory == inFile ? 0 : 1, $"Memory: the loss in memory is {inMemory}, from the file {inFile};").Trim()
        );
    }

    private static string Train(MemoryGroup? group, int mebibytes, int storeMebibytes, Verdict verdict)
    {
        string[] args = ["memory", $"{mebibytes}", $"{storeMebibytes}"];
        using Process process = group?.Start(args) ?? Child.Start(args);
        double peak = AnonymousMemory.Peak(process) / (double)(1 << 20);
        string[] answer = Child.Line(process).Split(' ');
        string bar = verdict.AtMost(Bars.Memory, peak, $"{mebibytes} MiB of sequences: peak of anonymous memory").Trim();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {mebibytes} | {(storeMebibytes == 0 ? "all" : storeMebibytes)} | {answer[0]} | {answer[1]} | {peak:0} | {bar} |"
            )
        );
        return answer[0];
    }
}
