using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>A row of words.</summary>
internal sealed class WordRow
{
    public string[] Words { get; set; } = [];

    /// <summary>The words, with blanks between them.</summary>
    public string Text { get; set; } = "";

    public bool Label { get; set; }

    public string[] Tags { get; set; } = [];

    public float Number { get; set; }

    /// <summary>A row of a text whose words are separated by blanks.</summary>
    public static WordRow Of(string text, bool label = false) =>
        new()
        {
            Words = text.Split(' '),
            Text = text,
            Label = label,
            Tags = [.. text.Split(' ').Select(word => word.Length % 2 == 0 ? "even" : "odd")],
        };

    /// <summary>Rows that are good where they have the word good, and bad where they have bad, with a word that no other row has.</summary>
    public static WordRow[] Moods(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => Of($"{(i % 3 == 0 ? "the" : "a")} thing{i} is {(i % 2 == 0 ? "good" : "bad")}", i % 2 == 0)),
        ];
}

/// <summary>The keys of words as tests read them.</summary>
internal static class WordKeys
{
    /// <summary>The values of the keys of a column.</summary>
    public static string[] Values(DataViewSchema schema, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema[column].GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    /// <summary>The keys of each row.</summary>
    public static uint[][] Of(IDataView data, string column) => [.. data.GetColumn<uint[]>(data.Schema[column])];
}
