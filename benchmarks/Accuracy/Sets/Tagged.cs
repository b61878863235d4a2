namespace Accuracy.Sets;

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
