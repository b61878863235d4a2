using System.Globalization;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>The values that a series has at all its steps.</summary>
internal static class StaticValues
{
    /// <summary>Checks the static values of a row against those of the series so far.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="columns">Names of the static columns.</param>
    /// <param name="series">The series' name at the start of a sentence.</param>
    /// <param name="own">[S] the series' values.</param>
    /// <param name="row">[S] the row's values.</param>
    /// <exception cref="InvalidOperationException">They differ, or one is missing.</exception>
    public static void Check(IExceptionContext ectx, IReadOnlyList<string> columns, string series, float[] own, float[] row)
    {
        if (!Array.TrueForAll(row, float.IsFinite))
            throw ectx.Except(
                $"{series} has a row with a value that is missing or infinite in one of the static columns {string.Join(", ", columns)}: "
                    + $"give all of its rows the same number."
            );
        if (!own.AsSpan().SequenceEqual(row))
            throw ectx.Except(
                $"{series} has rows with different values in the static columns {string.Join(", ", columns)} ({Text(own)} and "
                    + $"{Text(row)}): a static column has one value for a series. If a column changes with time, name it among "
                    + $"KnownColumnNames or PastColumnNames."
            );
    }

    private static string Text(float[] values) => string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
