using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Tests.Plots;

/// <summary>Confusion matrices that no evaluation made.</summary>
internal static class Confusions
{
    public static ConfusionMatrix Of(string[] names, params double[][] counts) =>
        new(
            ((IHostEnvironment)new MLContext(seed: 1)).Register("test"),
            [.. names.Select((_, c) => counts[c][c] / Math.Max(1, counts.Sum(row => row[c])))],
            [.. names.Select((_, c) => counts[c][c] / Math.Max(1, counts[c].Sum()))],
            counts,
            [.. names.Select(name => name.AsMemory())],
            false,
            false
        );

    /// <summary>Many classes, each taken for the next one now and then.</summary>
    public static ConfusionMatrix Many(int classes, Func<int, string> name) =>
        Of(
            [.. Enumerable.Range(0, classes).Select(name)],
            [
                .. Enumerable
                    .Range(0, classes)
                    .Select(row =>
                        Enumerable
                            .Range(0, classes)
                            .Select(column =>
                                column == row ? 900.0 + row
                                : column == (row + 1) % classes ? 10 * row
                                : 0
                            )
                            .ToArray()
                    ),
            ]
        );
}
