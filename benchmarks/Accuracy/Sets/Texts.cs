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
        [
            .. File.ReadLines(path, Encoding.Latin1)
                .Where(line => line.Length > 0)
                .Select(line =>
                {
                    int colon = line.IndexOf(':'),
                        blank = line.IndexOf(' ');
                    return new LabelledText { Class = line[..colon], Text = line[(blank + 1)..].ToLowerInvariant() };
                }),
        ];
}

/// <summary>SMS messages: "ham or spam TAB text". Repeated messages are kept once, so that none is on both sides of a split.</summary>
internal static class SmsSpamFile
{
    public static LabelledText[] Read(string path) =>
        [
            .. File.ReadLines(path, Encoding.UTF8)
                .Where(line => line.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .Select(line =>
                {
                    int tab = line.IndexOf('\t');
                    return new LabelledText { Class = line[..tab], Text = PlainWords.Of(line[(tab + 1)..]) };
                }),
        ];
}
