namespace RnnMlNet.Data.Formats;

/// <summary>A sentence of a file with a line for each word.</summary>
/// <param name="Columns">For each column of the view one text per word.</param>
/// <param name="Metadata">The values of the wanted metadata; empty where the sentence has none.</param>
internal sealed record TaggedSentence(ReadOnlyMemory<char>[][] Columns, string[] Metadata);

/// <summary>The words of a sentence while it is read.</summary>
internal sealed class SentenceBuilder
{
    private readonly List<ReadOnlyMemory<char>>[] _columns;

    /// <param name="columns">Number of columns.</param>
    public SentenceBuilder(int columns)
    {
        _columns = [.. Enumerable.Range(0, columns).Select(_ => new List<ReadOnlyMemory<char>>())];
    }

    /// <summary>Number of words.</summary>
    public int Count => _columns[0].Count;

    /// <summary>Adds a column's text of the next word.</summary>
    public void Add(int column, ReadOnlyMemory<char> text) => _columns[column].Add(text);

    /// <summary>The sentence; the builder is then empty.</summary>
    public TaggedSentence Take(params string[] metadata)
    {
        var sentence = new TaggedSentence([.. _columns.Select(column => column.ToArray())], metadata);
        foreach (List<ReadOnlyMemory<char>> column in _columns)
            column.Clear();
        return sentence;
    }
}
