using System.Runtime.InteropServices;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>The occurrences of words, counted in their form.</summary>
internal sealed class WordCounts
{
    private readonly WordForm _form;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private char[] _buffer = [];

    public WordCounts(WordForm form)
    {
        _form = form;
        _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Number of distinct words.</summary>
    public int Distinct => _counts.Count;

    /// <summary>Occurrences of all words.</summary>
    public long Total { get; private set; }

    /// <summary>Adds an occurrence; an empty word is none.</summary>
    public void Add(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty)
            return;
        if (_buffer.Length < word.Length)
            _buffer = new char[Math.Max(word.Length, 2 * _buffer.Length)];
        CollectionsMarshal.GetValueRefOrAddDefault(_lookup, _form.Of(word, _buffer), out _)++;
        Total++;
    }

    /// <summary>Occurrences of words.</summary>
    public long Of(IEnumerable<string> words) => words.Sum(word => _counts.GetValueOrDefault(word));

    /// <summary>
    /// The words with the most occurrences, in descending order, equal ones in the order of their text: whatever the order in which they
    /// were added.
    /// </summary>
    /// <param name="minimumCount">Least occurrences of a word.</param>
    /// <param name="maximumWords">Most words; null for no limit.</param>
    /// <param name="except">A word that is left out, in any form.</param>
    public string[] MostFrequent(int minimumCount, int? maximumWords, string except)
    {
        string left = _form.Of(except);
        return
        [
            .. _counts
                .Where(count => count.Value >= minimumCount && count.Key != left)
                .OrderByDescending(count => count.Value)
                .ThenBy(count => count.Key, StringComparer.Ordinal)
                .Select(count => count.Key)
                .Take(maximumWords ?? int.MaxValue),
        ];
    }
}
