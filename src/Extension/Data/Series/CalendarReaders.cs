using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>Reads a calendar's days from a CSV file.</summary>
internal static class CalendarCsv
{
    private static readonly char[] _separators = [',', ';', '\t'];

    public static IReadOnlyList<(DateOnly Date, string? Name)> Read(string path)
    {
        var days = new List<(DateOnly, string?)>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            int separator = line.IndexOfAny(_separators);
            string date = separator < 0 ? line : line[..separator];
            if (CalendarDate.Parse(Unquoted(date)) is DateOnly day)
                days.Add((day, separator < 0 ? null : Name(path, number, line[(separator + 1)..], line[separator])));
            else if (number > 1)
                throw Contracts.ExceptDecode(
                    $"{path}, line {number}: '{Unquoted(date)}' is no date; a line begins with one, as 2026-12-25."
                );
        }
        return days;
    }

    private static string? Name(string path, int number, string text, char separator)
    {
        string name = Unquoted(text);
        if (name == text.Trim() && text.Contains(separator))
            throw Contracts.ExceptDecode(
                $"{path}, line {number}: there are more than two values: give the date and its name, in double quotes where it has a "
                    + $"'{separator}'."
            );
        return name.Length == 0 ? null : name;
    }

    private static string Unquoted(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }
}

/// <summary>Reads a calendar's days from rows.</summary>
internal static class CalendarRows
{
    public static IReadOnlyList<(DateOnly Date, string? Name)> Read(IDataView data, string dateColumn, string? nameColumn)
    {
        DataViewSchema.Column date = Find("date", dateColumn, type => type is DateTimeDataViewType or TextDataViewType, "DateTime or Text");
        DataViewSchema.Column? name = nameColumn is null ? null : Find("name", nameColumn, type => type is TextDataViewType, "Text");
        var days = new List<(DateOnly, string?)>();
        using DataViewRowCursor cursor = data.GetRowCursor(name is DataViewSchema.Column names ? [date, names] : [date]);
        Func<DateOnly> dates = date.Type is TextDataViewType ? Texts(cursor, date) : Times(cursor, date);
        ValueGetter<ReadOnlyMemory<char>>? texts = name is DataViewSchema.Column named
            ? cursor.GetGetter<ReadOnlyMemory<char>>(named)
            : null;
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            texts?.Invoke(ref text);
            days.Add((dates(), text.IsEmpty ? null : text.ToString()));
        }
        return days;

        DataViewSchema.Column Find(string role, string column, Func<DataViewType, bool> fits, string expected)
        {
            if (data.Schema.GetColumnOrNull(column) is not DataViewSchema.Column found)
                throw Contracts.ExceptSchemaMismatch(nameof(data), role, column);
            return fits(found.Type)
                ? found
                : throw Contracts.ExceptSchemaMismatch(nameof(data), role, column, expected, found.Type.ToString()!);
        }
    }

    private static Func<DateOnly> Texts(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return CalendarDate.Parse(value.ToString())
                ?? throw Contracts.ExceptDecode($"Row {row.Position} has '{value}' in column '{column.Name}': give a date as 2026-12-25.");
        };
    }

    private static Func<DateOnly> Times(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<DateTime> getter = row.GetGetter<DateTime>(column);
        DateTime value = default;
        return () =>
        {
            getter(ref value);
            return value.TimeOfDay == TimeSpan.Zero
                ? DateOnly.FromDateTime(value)
                : throw Contracts.ExceptDecode(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Row {row.Position} has {value:yyyy-MM-dd HH:mm:ss} in column '{column.Name}', which is not midnight: a calendar "
                            + $"has days, so give dates without a time of day."
                    )
                );
        };
    }
}

/// <summary>Dates as text.</summary>
internal static class CalendarDate
{
    /// <summary>A date as 2026-12-25; null for another text.</summary>
    public static DateOnly? Parse(string text) =>
        DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date
            : null;
}
