using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>
/// The values that a series has at all its steps: S numbers, the ids of its keys, and where the network embeds series that of the series.
/// Id 0 is that of a missing key and of a series that the network was not trained on.
/// </summary>
internal static class StaticValues
{
    /// <summary>The values of a new series.</summary>
    /// <param name="row">The values of its first row.</param>
    /// <param name="id">Its id; null where the network embeds no series.</param>
    public static float[] Of(float[] row, float? id) => id is float own ? [.. row, own] : [.. row];

    /// <summary>Checks the static values of a row against those of the series so far.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="columns">Names of the static columns.</param>
    /// <param name="series">The series' name at the start of a sentence.</param>
    /// <param name="own">The series' values.</param>
    /// <param name="row">The row's values, without the series' id.</param>
    /// <exception cref="InvalidOperationException">They differ, or one is missing.</exception>
    public static void Check(IExceptionContext ectx, IReadOnlyList<string> columns, string series, float[] own, float[] row)
    {
        if (!Array.TrueForAll(row, float.IsFinite))
            throw ectx.Except(
                $"{series} has a row with a value that is missing or infinite in one of the static columns {string.Join(", ", columns)}: "
                    + $"give all of its rows the same number."
            );
        if (!own.AsSpan(0, row.Length).SequenceEqual(row))
            throw ectx.Except(
                $"{series} has rows with different values in the static columns {string.Join(", ", columns)} "
                    + $"({Text(own.AsSpan(0, row.Length))} and {Text(row)}): a static column has one value for a series. If a "
                    + $"column changes with time, name it among "
                    + $"KnownColumnNames or PastColumnNames."
            );
    }

    private static string Text(ReadOnlySpan<float> values) =>
        string.Join(", ", values.ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>Reads the static columns of rows: numbers, then the ids of keys. One per row or cursor.</summary>
internal sealed class StaticReader(DataViewRow row, SeriesBinding binding)
{
    private readonly NumbersReader _numbers = new(row, [.. binding.StaticNumbers]);
    private readonly (Func<ulong> Key, ulong Count)[] _keys =
    [
        .. binding.StaticKeys.Select(column => (KeyGetter.Of(row, column), (ulong)CategoryIds.CountOf(column.Type))),
    ];

    /// <summary>Number of values.</summary>
    public int Width { get; } = binding.StaticCount + binding.StaticKeys.Count();

    /// <summary>Reads the values of the row.</summary>
    /// <param name="values">[<see cref="Width"/>], overwritten.</param>
    public void Read(Span<float> values)
    {
        _numbers.Read(values);
        for (int k = 0; k < _keys.Length; k++)
            values[Width - _keys.Length + k] = _keys[k].Key() is var id && id < _keys[k].Count ? id : CategoryShape.Unknown;
    }
}
