namespace Accuracy.Sets;

/// <summary>A text with any number of labels.</summary>
internal sealed class TextOfLabels
{
    public string Text { get; set; } = "";

    public string[] Labels { get; set; } = [];
}

/// <summary>GoEmotions' comments: "text TAB numbers of labels TAB id" a line; the numbers are those of labels.txt's lines, from
/// 0.</summary>
internal static class GoEmotionsFile
{
    /// <summary>The labels' names.</summary>
    public static string[] Names(string folder) => [.. File.ReadLines(Path.Combine(folder, "labels.txt")).Where(name => name.Length > 0)];

    /// <param name="folder">The set's folder.</param>
    /// <param name="part">train, dev or test.</param>
    public static TextOfLabels[] Read(string folder, string part)
    {
        string[] names = Names(folder);
        return
        [
            .. SharedData
                .ReadLines(Path.Combine(folder, $"{part}.tsv"))
                .Where(line => line.Length > 0)
                .Select(line => line.Split('\t'))
                .Select(cells => new TextOfLabels
                {
                    Text = PlainWords.Of(cells[0]),
                    Labels = [.. cells[1].Split(',').Select(number => names[int.Parse(number)])],
                }),
        ];
    }
}
