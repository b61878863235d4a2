using System.Text;
using System.Text.RegularExpressions;

namespace RnnMlNet.Architecture;

/// <summary>
/// How many files a change touches, found by the files that name one there is already: who adds a pooling goes where Pooling.Max is named.
/// Files that only choose a value (defaults, a search space, an example in a summary) are not among them.
/// </summary>
internal static partial class TouchedFiles
{
    private const string Begin = "<!-- touched files: written by eng/Architecture -->",
        End = "<!-- end of touched files -->";

    private static readonly Change[] _changes =
    [
        new("a cell", "Gru", "1 + 1 for torch", @"\bCellKind\.Gru\b|\bnew (Torch)?Gru\(|\bclass (Torch)?Gru\b|^    Gru,"),
        new("static features", "StaticFeatures", "6", @"\bStaticFeatures\b"),
        new("a label kind", "LabelKind.KeyPerStep", "8", @"\bLabelKind\.KeyPerStep\b|^    KeyPerStep,"),
        new("a pooling", "Pooling.Max", "3", @"\bPooling\.Max\b|\bMaxPooling\b|^    Max = 4,"),
        new("a decoder", "ParallelDecoder", "4", @"\bForecastModel\.Segments\b|\b(Torch)?ParallelDecoder\w*\b|^    Segments = 1,"),
        new("a loss", "LossKind.Huber", "4", @"\bLossKind\.Huber\b|\bHuberError\b|^    Huber,"),
        new("an option", "HeadDropout", "4", @"\bHeadDropout\b"),
        new("an ONNX part", "PatchNodes", "2", @"\bPatchNodes\b"),
    ];

    // What only chooses a value.
    private static readonly string[] _choices =
    [
        "SequenceDefaults.cs",
        "ForecastDefaults.cs",
        "SearchSpace.cs",
        "SearchSpace.Applying.cs",
        "SearchSpace.Usual.cs",
        "RnnForecastingOptions.cs",
        "RnnTrainingOptions.cs",
        "RnnImportOptions.cs",
    ];

    /// <summary>The table, between the comments that mark its place.</summary>
    public static string Table(SourceTree sources)
    {
        var text = new StringBuilder(Begin).Append("\n\n| To add | as there is | Files that name it | Target |\n|---|---|---|---|\n");
        foreach (Change change in _changes)
        {
            string[] files = [.. Files(sources, change)];
            text.Append($"| {change.What} | {change.Example} | {files.Length}: {string.Join(", ", files.Select(file => $"`{file}`"))} ")
                .Append($"| {change.Target} |\n");
        }
        return text.Append('\n').Append(End).ToString();
    }

    /// <summary>A page with the table in its place.</summary>
    /// <exception cref="InvalidOperationException">The page has no place for it.</exception>
    public static string Replaced(string page, SourceTree sources)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal),
            end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"The page needs the lines '{Begin}' and '{End}' where the table is to stand.");
        return page[..begin] + Table(sources) + page[(end + End.Length)..];
    }

    private static IEnumerable<string> Files(SourceTree sources, Change change)
    {
        var pattern = new Regex(change.Pattern, RegexOptions.Multiline);
        return sources
            .Texts.Where(source =>
                !_choices.Contains(Path.GetFileName(source.Key)) && pattern.IsMatch(Text().Replace(Comment().Replace(source.Value, ""), ""))
            )
            .Select(source => Path.GetFileName(source.Key));
    }

    // Comments name what they explain, messages what they advise, and an option's Choice the values that a search tries.
    [GeneratedRegex(@"^\s*(//|\[Choice\().*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<!\\)""[^""\n]*""")]
    private static partial Regex Text();

    private sealed record Change(string What, string Example, string Target, string Pattern);
}
