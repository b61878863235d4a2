using System.Text;

namespace Accuracy.Sets;

/// <summary>Banking77: "text,category" with a heading, the text in quotation marks where it has commas.</summary>
internal static class BankingFile
{
    public static LabelledText[] Read(string path) =>
        [.. Records(File.ReadAllText(path)).Skip(1).Select(cells => new LabelledText { Text = PlainWords.Of(cells[0]), Class = cells[1] })];

    // A quoted cell may hold line ends.
    private static IEnumerable<string[]> Records(string text)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"' && isQuoted && i + 1 < text.Length && text[i + 1] == '"')
                cell.Append(text[++i]);
            else if (c == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && c is ',' or '\n' && !isQuoted)
            {
                cells.Add(cell.ToString().TrimEnd('\r'));
                cell.Clear();
                if (c == ',')
                    continue;
                yield return [.. cells];
                cells.Clear();
            }
            else
                cell.Append(c);
        }
        if (cells.Count > 0)
            yield return [.. cells, cell.ToString()];
    }
}

/// <summary>MPQA's opinion phrases: "label text" a line, 0 or 1; a fifth of the lines repeat another's phrase.</summary>
internal static class MpqaFile
{
    /// <summary>All lines, as published figures are measured.</summary>
    public static LabelledText[] Read(string path) =>
        [
            .. File.ReadLines(path, Encoding.Latin1)
                .Where(line => line.Length > 2)
                .Select(line => new LabelledText { Class = line[..1], Text = line[2..].Trim().ToLowerInvariant() }),
        ];

    /// <summary>Each phrase once, so that none is on both sides of a split.</summary>
    public static LabelledText[] ReadOnce(string path) => [.. Read(path).DistinctBy(text => text.Text)];
}

/// <summary>Of sets that have no split of their own: four fifths to train, one fifth to test, class by class, always the same.</summary>
internal static class HeldOut
{
    public static (LabelledText[] Train, LabelledText[] Test) Split(LabelledText[] texts)
    {
        var random = new Random(1);
        var test = new HashSet<LabelledText>(
            texts
                .GroupBy(text => text.Class)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .SelectMany(group =>
                {
                    LabelledText[] rows = [.. group];
                    random.Shuffle(rows);
                    return rows[..(rows.Length / 5)];
                })
        );
        return ([.. texts.Where(text => !test.Contains(text))], [.. texts.Where(test.Contains)]);
    }
}

/// <summary>
/// Words and punctuation marks apart; a run of digits becomes one 0 for each digit, so that all numbers of a length are one word.
/// </summary>
internal static class PlainWords
{
    public static string Of(string text)
    {
        var words = new StringBuilder(text.Length * 2);
        char last = ' ';
        foreach (char c in text.ToLowerInvariant())
        {
            char now =
                char.IsDigit(c) ? '0'
                : char.IsWhiteSpace(c) ? ' '
                : c;
            if (Kind(now) != Kind(last) && last != ' ' && now != ' ')
                words.Append(' ');
            words.Append(now);
            last = now;
        }
        return words.ToString();
    }

    private static int Kind(char c) =>
        char.IsLetter(c) || c == '\'' ? 0
        : char.IsDigit(c) ? 1
        : 2;
}
