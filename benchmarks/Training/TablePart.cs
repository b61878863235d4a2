using System.Diagnostics;
using System.Globalization;
using Shared;

namespace Training;

/// <summary>
/// A long table, a row for each time step, grouped into sequences of 100 steps of 8 values: in any order and sorted, beside LINQ and the
/// GroupBy of Microsoft.Data.Analysis on a tenth of the rows. Each in a process of its own, whose anonymous memory is watched.
/// </summary>
internal static class TablePart
{
    private const int DefaultRows = 10_000_000;

    /// <summary>MiB of rows that grouping may keep in memory.</summary>
    private const int StoreMebibytes = 256;

    /// <summary>The peers' share of the rows: with all of them they would need too much memory.</summary>
    private const int PeersShare = 10;

    public static void Measure(TrainingOptions options, Verdict verdict)
    {
        int rows = Rounded(options.Rows ?? DefaultRows),
            fewer = Rounded(rows / PeersShare);
        Console.WriteLine(
            $"Table: rows of {TableChild.Features} values, {TableChild.RowsOfUnit} to a key, grouped into sequences; at most "
                + $"{StoreMebibytes} MiB of them in memory"
        );
        Console.WriteLine();
        Console.WriteLine("| Grouping | Rows | Rows a second | Peak of anonymous memory, MiB |");
        Console.WriteLine("|---|---|---|---|");
        double memory = Group("GroupIntoSequences, rows in any order", "any", rows, out _);
        Group("GroupIntoSequences, sorted rows (IsGrouped)", "sorted", rows, out _);
        double training = Group("GroupIntoSequences, rows in any order, and an epoch of training (16 units)", "train", rows, out _);
        Group("GroupIntoSequences, rows in any order", "any", fewer, out string ours);
        Group("LINQ: GroupBy, OrderBy, SelectMany", "linq", fewer, out string linq);
        Group("Microsoft.Data.Analysis: GroupBy, OrderBy", "frame", fewer, out string frame);
        Console.WriteLine();
        if (OperatingSystem.IsLinux())
            Console.WriteLine(
                "Memory of rows in any order:" + verdict.AtMost(Bars.Table, memory, $"Table: {rows} rows, peak of anonymous memory")
            );
        if (OperatingSystem.IsLinux())
            Console.WriteLine(
                "Memory with an epoch of training:"
                    + verdict.AtMost(Bars.TrainedTable, training, $"Table: {rows} rows and an epoch, peak of anonymous memory")
            );
        Console.WriteLine(
            "Sums that differ from the peers':"
                + verdict.AtMost(
                    0,
                    ours == linq && ours == frame ? 0 : 1,
                    $"Table: the sum is {ours}, LINQ's {linq}, the DataFrame's {frame};"
                )
        );
    }

    private static int Rounded(int rows) => Math.Max(1, rows / TableChild.RowsOfUnit) * TableChild.RowsOfUnit;

    private static double Group(string name, string how, int rows, out string sum)
    {
        using Process process = Child.Start("table", how, $"{rows}", $"{StoreMebibytes}");
        double peak = AnonymousMemory.Peak(process) / (double)(1 << 20);
        string[] answer = Child.Line(process).Split(' ');
        sum = answer[0];
        double seconds = double.Parse(answer[1], CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {rows} | {rows / seconds:0} | {peak:0} |"));
        return peak;
    }
}
