using System.Globalization;

namespace RnnMlNet.Data.Formats;

/// <summary>
/// Checks the IDs of a sentence of CoNLL-U: words are 1, 2, 3, ...; a multiword token, <c>2-3</c>, comes before its first word; empty
/// nodes, <c>3.1</c>, <c>3.2</c>, come after word 3, or with 0 before the first.
/// </summary>
/// <param name="lines">The file.</param>
internal sealed class ConlluIds(LineReader lines)
{
    private int _words,
        _emptyNodes,
        _rangeStart,
        _rangeEnd;

    /// <summary>Whether the line is a word: not a multiword token, not an empty node.</summary>
    /// <exception cref="FormatException">The ID is malformed or out of order.</exception>
    public bool IsWord(ReadOnlySpan<char> id)
    {
        int mark = id.IndexOfAny('-', '.');
        int? first = Number(mark < 0 ? id : id[..mark]),
            second = mark < 0 ? null : Number(id[(mark + 1)..]);
        if (first is null || (mark >= 0 && second is null))
            throw lines.Problem(
                $"the ID is {LineReader.Show(id)}: expected a word's number, a multiword token such as 1-2 or an empty node such as 1.1"
            );
        if (mark < 0)
            return AddWord(first.Value);
        if (id[mark] == '-')
            AddRange(first.Value, second!.Value);
        else
            AddEmptyNode(first.Value, second!.Value);
        return false;
    }

    /// <summary>Checks the sentence's end; the next ID is the first of another sentence.</summary>
    /// <exception cref="FormatException">The words of a multiword token are missing.</exception>
    public void End()
    {
        if (_rangeEnd > _words)
            throw lines.Problem(
                $"the sentence ends after word {_words}, but its multiword token {_rangeStart}-{_rangeEnd} has words up to {_rangeEnd}: "
                    + "add them, or correct the token's ID"
            );
        _words = _emptyNodes = _rangeStart = _rangeEnd = 0;
    }

    private static int? Number(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private bool AddWord(int word)
    {
        if (word != _words + 1)
            throw lines.Problem($"the ID is {word}: expected word {_words + 1}, because words are numbered 1, 2, 3, ... in each sentence");
        _words++;
        _emptyNodes = 0;
        return true;
    }

    private void AddRange(int start, int end)
    {
        if (start != _words + 1 || end < start || start <= _rangeEnd)
            throw lines.Problem(
                $"the multiword token {start}-{end} comes after word {_words}"
                    + (_rangeEnd > 0 ? $" and the multiword token {_rangeStart}-{_rangeEnd}" : "")
                    + ": expected one from its first word to its last, directly before them, that overlaps no other"
            );
        (_rangeStart, _rangeEnd) = (start, end);
    }

    private void AddEmptyNode(int word, int node)
    {
        if (word != _words || node != _emptyNodes + 1 || _rangeStart == _words + 1)
            throw lines.Problem(
                $"the ID is {word}.{node}: expected {_words}.{_emptyNodes + 1}, because empty nodes are numbered from 1 after their word, "
                    + "and come before the next multiword token"
            );
        _emptyNodes++;
    }
}
