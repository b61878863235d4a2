using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>Metrics of each class: replaces a confusion matrix that has no room for its columns.</summary>
internal static class ClassTable
{
    /// <param name="matrix">The counts.</param>
    /// <param name="most">Maximum number of classes: those with the most mistakes.</param>
    public static Table Of(CountMatrix matrix, int most)
    {
        int[] worst =
        [
            .. Enumerable.Range(0, matrix.Classes).OrderByDescending(row => matrix.RowsOf(row) - matrix.Counts[row][row]).Take(most),
        ];
        string title =
            most < matrix.Classes
                ? $"The {most} of {matrix.Classes} classes with the most mistakes"
                : "Classes, those with the most mistakes first";
        return new Table(
            title,
            [
                new("true class", IsNumber: false),
                new("rows"),
                new("right"),
                new("recall"),
                new("precision"),
                new("mostly taken for", IsNumber: false),
            ],
            [
                .. worst.Select(row =>
                    (string[])
                        [
                            matrix.Names[row],
                            Label.Count(matrix.RowsOf(row)),
                            Label.Count(matrix.Counts[row][row]),
                            Label.Share(matrix.Recall(row)),
                            Label.Share(matrix.Precision(row)),
                            matrix.MostTakenFor(row) is int other
                                ? $"{matrix.Names[other]} ({Label.Count(matrix.Counts[row][other])})"
                                : "",
                        ]
                ),
            ]
        );
    }
}
