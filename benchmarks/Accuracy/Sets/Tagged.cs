namespace Accuracy.Sets;

/// <summary>Sentences of "word TAB tag TAB ..." a line, an empty line after each; gzipped where the name says so.</summary>
internal static class TaggedFile
{
    public static ChunkedSentence[] Read(string path, int tagColumn)
    {
        using StreamReader reader = SharedData.Open(path);
        var sentences = new List<ChunkedSentence>();
        List<string> words = [],
            tags = [];
        while (true)
        {
            string? line = reader.ReadLine();
            if (!string.IsNullOrWhiteSpace(line))
            {
                string[] cells = line.Split('\t');
                words.Add(cells[0]);
                tags.Add(cells[tagColumn]);
                continue;
            }
            if (words.Count > 0)
                sentences.Add(new ChunkedSentence { Words = [.. words], Tags = [.. tags] });
            words.Clear();
            tags.Clear();
            if (line is null)
                return [.. sentences];
        }
    }
}

/// <summary>MIT's movie queries: "word:tag word:tag ... &lt;=&gt; intent" a line.</summary>
internal static class MovieFile
{
    public static ChunkedSentence[] Read(string path) =>
        [
            .. File.ReadLines(path)
                .Select(line => line.Split(" <=> ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(cells => cells.Length > 0)
                .Select(cells => new ChunkedSentence
                {
                    Words = [.. cells.Select(cell => cell[..cell.LastIndexOf(':')])],
                    Tags = [.. cells.Select(cell => cell[(cell.LastIndexOf(':') + 1)..])],
                }),
        ];
}
