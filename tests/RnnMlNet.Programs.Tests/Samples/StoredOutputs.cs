using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NotebookRunner;

namespace RnnMlNet.Programs.Tests.Samples;

/// <summary>
/// Compares the outputs that a notebook stores with those of an execution. Numbers are masked, and of a plot only its kinds of elements
/// are compared: training gives the same bits on the same kind of vectors only.
/// </summary>
internal static partial class StoredOutputs
{
    private const string Refresh = "dotnet run --project eng/NotebookRunner -- samples/notebooks/*.ipynb";

    /// <summary>What differs, a sentence for each cell.</summary>
    public static IEnumerable<string> Differences(Notebook stored, Notebook executed) =>
        stored.CodeCells.Zip(executed.CodeCells).SelectMany(pair => Differences(pair.First, pair.Second));

    private static IEnumerable<string> Differences(NotebookCell stored, NotebookCell executed)
    {
        if (stored.ExecutionCount != executed.ExecutionCount)
            yield return $"cell {stored.Number} is stored as execution {stored.ExecutionCount?.ToString() ?? "none"} but is number "
                + $"{executed.ExecutionCount}: {Refresh}";
        string before = Masked(stored),
            now = Masked(executed);
        if (before != now)
            yield return $"cell {stored.Number} stores other outputs than it gives: {Refresh}\nstored:\n{before}\ngives:\n{now}";
    }

    /// <summary>What a cell wrote and gave as plain text.</summary>
    public static string Text(Notebook notebook) =>
        string.Concat(
            from cell in notebook.CodeCells
            from output in cell.Outputs
            select NotebookCell.JoinedLines(output["text"] ?? output["data"]?["text/plain"]) + "\n"
        );

    private static string Masked(NotebookCell cell) => string.Join('\n', cell.Outputs.Select(Masked));

    private static string Masked(JsonObject output) =>
        (string?)output["output_type"] switch
        {
            "stream" => $"{output["name"]}: {MaskedText(NotebookCell.JoinedLines(output["text"]))}",
            "execute_result" => Masked(
                output["data"]!.AsObject().ToDictionary(form => form.Key, form => NotebookCell.JoinedLines(form.Value))
            ),
            var other => $"an output of type {other}",
        };

    // The forms of a value.
    private static string Masked(Dictionary<string, string> forms)
    {
        bool isPicture = forms.Values.Any(PicturePattern().IsMatch);
        return string.Join('\n', forms.Select(form => $"{form.Key}: {(isPicture ? MaskedPicture(form.Value) : MaskedText(form.Value))}"));
    }

    // Of SVG the title and the kinds of elements; of the same in characters the first line, its title.
    private static string MaskedPicture(string plot) =>
        PicturePattern().Match(plot) is { Success: true } svg
            ? $"{svg.Groups["title"].Value} <{string.Join(' ', Elements(plot))}>"
            : plot.Split('\n')[0];

    private static IEnumerable<string> Elements(string plot) =>
        ElementPattern().Matches(plot).Select(element => element.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

    // Columns are as wide as their numbers: blanks and lines around them are no difference.
    private static string MaskedText(string text) => BlankPattern().Replace(NumberPattern().Replace(text, "#"), " ");

    [GeneratedRegex("<svg .*?<title>(?<title>[^<]*)</title>", RegexOptions.Singleline)]
    private static partial Regex PicturePattern();

    [GeneratedRegex("<([a-z]+)")]
    private static partial Regex ElementPattern();

    [GeneratedRegex(@"[-+]?\d[\d.,]*(E[-+]?\d+)?", RegexOptions.IgnoreCase)]
    private static partial Regex NumberPattern();

    [GeneratedRegex("[ =]+")]
    private static partial Regex BlankPattern();
}
