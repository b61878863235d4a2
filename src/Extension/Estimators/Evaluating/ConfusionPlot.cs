using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Plots;
using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Estimators.Evaluating;

/// <summary>The plot of a confusion matrix.</summary>
internal static class ConfusionPlot
{
    // With more classes the matrix would exceed a page, and its names would be small.
    private const int MostInMatrix = 32,
        MostInTable = 60,
        MostNameLength = 40;

    public static Plot Of(ConfusionMatrix confusion, IReadOnlyList<string>? classNames, string? title)
    {
        if (classNames is not null && classNames.Count != confusion.NumberOfClasses)
            throw Contracts.ExceptUserArg(
                nameof(classNames),
                $"There are {classNames.Count} names in classNames, but the confusion matrix has {confusion.NumberOfClasses} classes: "
                    + "give one for each, in the order of the label's keys, or null for ML.NET's own names."
            );
        var matrix = new CountMatrix(confusion, classNames);
        return new Plot(
            title ?? "Confusion matrix",
            Summary(matrix),
            [matrix.Classes <= MostInMatrix ? new MatrixBlock(matrix) : ClassTable.Of(matrix, MostInTable)]
        );
    }

    private static string Summary(CountMatrix matrix)
    {
        string classes = matrix.Classes == 1 ? "1 class" : string.Create(CultureInfo.InvariantCulture, $"{matrix.Classes} classes");
        string right = string.Create(
            CultureInfo.InvariantCulture,
            $"{matrix.Right:0.#} of {matrix.Total:0.#} rows are predicted right (accuracy {Label.Share(matrix.Right / matrix.Total)}), "
                + $"in {classes}."
        );
        var worst = Enumerable
            .Range(0, matrix.Classes)
            .SelectMany(row =>
                Enumerable
                    .Range(0, matrix.Classes)
                    .Where(column => column != row)
                    .Select(column => (Row: row, Column: column, Count: matrix.Counts[row][column]))
            )
            .DefaultIfEmpty()
            .MaxBy(pair => pair.Count);
        return worst.Count > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{right} The most frequent mistake: '{Short(matrix.Names[worst.Row])}' taken for '{Short(matrix.Names[worst.Column])}' "
                    + $"({worst.Count:0.#})."
            )
            : right;
    }

    private static string Short(string name)
    {
        Rune[] runes = [.. name.EnumerateRunes()];
        return runes.Length <= MostNameLength ? name : Label.WithoutMiddle(runes, MostNameLength - 3, "...");
    }
}
