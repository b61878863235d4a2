using System.Text;

namespace Accuracy.Sets;

/// <summary>One labelled text, lower-cased.</summary>
internal sealed class LabelledText
{
    public string Text { get; set; } = "";

    public string Class { get; set; } = "";
}

/// <summary>TREC questions: "COARSE:fine question"; the six coarse classes.</summary>
internal static class TrecFile
{
    public static LabelledText[] Read(string path) =>
        [.. File.ReadLines(path, Encoding.Latin1).Where(line => line.Length > 0).Select(line =>
        {
            int colon = line.IndexOf(':'), blank = line.IndexOf(' ');
            return new LabelledText { Class = line[..colon], Text = line[(blank + 1)..].ToLowerInvariant() };
        })];
}

/// <summary>SMS messages: "ham or spam TAB text". Repeated messages are kept once, so that none is on both sides of a split.</summary>
internal static class SmsSpamFile
{
    public static LabelledText[] Read(string path) =>
        [.. File.ReadLines(path, Encoding.UTF8).Where(line => line.Length > 0).Distinct(StringComparer.Ordinal).Select(line =>
        {
            int tab = line.IndexOf('\t');
            return new LabelledText { Class = line[..tab], Text = Words(line[(tab + 1)..]) };
        })];

    /// <summary>The set has no split of its own: four fifths to train, one fifth to test, class by class, always the same.</summary>
    public static (LabelledText[] Train, LabelledText[] Test) Split(LabelledText[] texts)
    {
        var random = new Random(1);
        var test = new HashSet<LabelledText>(texts.GroupBy(text => text.Class).OrderBy(group => group.Key, StringComparer.Ordinal)
            .SelectMany(group => { LabelledText[] rows = [.. group]; random.Shuffle(rows); return rows[..(rows.Length / 5)]; }));
        return ([.. texts.Where(text => !test.Contains(text))], [.. texts.Where(test.Contains)]);
    }

    // Words and punctuation marks apart; a run of digits becomes one 0 per digit, so that all numbers of a length are one word.
    private static string Words(string text)
    {
        var words = new StringBuilder(text.Length * 2);
        char last = ' ';
        foreach (char c in text.ToLowerInvariant())
        {
            char now = char.IsDigit(c) ? '0' : c;
            if (Kind(now) != Kind(last) && last != ' ' && now != ' ')
                words.Append(' ');
            words.Append(now);
            last = now;
        }
        return words.ToString();
    }

    private static int Kind(char c) => char.IsLetter(c) || c == '\'' ? 0 : char.IsDigit(c) ? 1 : 2;
}
