using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ScoringHost;

/// <summary>
/// Scored rows as text, one line a row, numbers in their shortest form that reads back exactly. Compiled into the tests as well.
/// </summary>
internal static class ScoreText
{
    private static readonly string[] _columns = ["Score", "Probability", "PredictedLabel"];

    public static IEnumerable<string> Lines(IDataView scored)
    {
        DataViewSchema.Column[] columns = [.. scored.Schema.Where(column => !column.IsHidden && _columns.Contains(column.Name))];
        using DataViewRowCursor cursor = scored.GetRowCursor(columns);
        Func<string>[] cells = [.. columns.Select(column => Cell(cursor, column))];
        while (cursor.MoveNext())
            yield return Line(cells.Select(cell => cell()));
    }

    public static string Line(IEnumerable<string> cells) => string.Join(";", cells);

    public static string Of(params IEnumerable<float> numbers) =>
        string.Join(" ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));

    public static string Of(uint key) => key.ToString(CultureInfo.InvariantCulture);

    private static Func<string> Cell(DataViewRow row, DataViewSchema.Column column) =>
        column.Type switch
        {
            VectorDataViewType { ItemType: BooleanDataViewType } => Read<VBuffer<bool>>(
                row,
                column,
                labels => string.Join(" ", labels.DenseValues())
            ),
            VectorDataViewType => Read<VBuffer<float>>(row, column, scores => Of(scores.DenseValues())),
            KeyDataViewType => Read<uint>(row, column, Of),
            BooleanDataViewType => Read<bool>(row, column, label => label.ToString()),
            _ => Read<float>(row, column, score => Of(score)),
        };

    private static Func<string> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> show)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return show(value);
        };
    }
}
