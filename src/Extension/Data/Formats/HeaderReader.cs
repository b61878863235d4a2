using System.Globalization;

namespace RnnMlNet.Data.Formats;

/// <summary>
/// Reads the header that .ts and .tsf files have in common: <c>@tag value</c> a line up to <c>@data</c>, comments after <c>#</c>, blank
/// lines. Tags have upper and lower case as one.
/// </summary>
/// <param name="lines">The file.</param>
/// <param name="known">The tags of the format, in lower case.</param>
/// <param name="repeatable">The tag that may occur several times; null for none.</param>
internal sealed class HeaderReader(LineReader lines, IReadOnlyList<string> known, string? repeatable = null)
{
    private const string Data = "data";

    private readonly HashSet<string> _seen = [];

    /// <summary>The next tag, in lower case, and what follows it; null at <c>@data</c>.</summary>
    /// <exception cref="FormatException">The tag is unknown or repeated, there is another line before <c>@data</c>, or the file
    /// ends.</exception>
    public (string Tag, string Value)? Next()
    {
        while (lines.Read() is string line)
        {
            line = line.Trim();
            if (IsPassed(line))
                continue;
            if (line[0] != '@')
                throw lines.Problem(
                    $"expected a tag such as @{known[0]}, a comment after # or @data, received {LineReader.Show(line)}: write @data before "
                        + "the first row"
                );
            int end = line.IndexOfAny([' ', '\t']);
            string tag = (end < 0 ? line[1..] : line[1..end]).ToLowerInvariant(),
                value = end < 0 ? "" : line[end..].Trim();
            if (tag == Data)
                return value.Length == 0
                    ? null
                    : throw lines.Problem($"expected @data alone, received {LineReader.Show(line)}: begin the rows on the next line");
            if (!known.Contains(tag))
                throw lines.Problem(
                    $"the tag {LineReader.Show(line.AsSpan(0, tag.Length + 1))} is unknown; expected @{string.Join(", @", known)} or "
                        + "@data: correct it, or write it as a comment after #"
                );
            if (!_seen.Add(tag) && tag != repeatable)
                throw lines.Problem($"the tag @{tag} occurs a second time: remove one of them");
            return (tag, value);
        }
        throw lines.Problem("the file ends before @data: expected @data and a row on each line after it");
    }

    /// <summary>Whether a line, trimmed, is blank or a comment.</summary>
    public static bool IsPassed(string line) => line.Length == 0 || line[0] == '#';

    /// <summary>The next row after <c>@data</c>, trimmed; null at the end of the file.</summary>
    /// <exception cref="FormatException">The line is a tag.</exception>
    public static string? NextRow(LineReader lines)
    {
        while (lines.Read() is string line)
        {
            line = line.Trim();
            if (IsPassed(line))
                continue;
            if (line[0] == '@')
                throw lines.Problem($"expected a row after @data, received the tag {LineReader.Show(line)}: move it before @data");
            return line;
        }
        return null;
    }

    /// <summary>A value that is true or false.</summary>
    public bool Flag(string tag, string value) =>
        value.ToLowerInvariant() switch
        {
            "true" => true,
            "false" => false,
            _ => throw lines.Problem($"expected true or false after @{tag}, received {LineReader.Show(value)}"),
        };

    /// <summary>A value that is a positive whole number.</summary>
    public int Count(string tag, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw lines.Problem($"expected a whole number of at least 1 after @{tag}, received {LineReader.Show(value)}");
}
