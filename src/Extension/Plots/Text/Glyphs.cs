using System.Text;

namespace RnnMlNet.Plots.Text;

/// <summary>
/// The characters that charts are drawn with. Those beyond ASCII are all of WGL4, the set that the fonts of Windows' consoles have; braille
/// patterns, of finer grain, are not, and without colours two lines of them could not be told apart.
/// </summary>
internal sealed record Glyphs(
    string Points,
    char Faint,
    char Band,
    char Mark,
    char Arrow,
    char Vertical,
    char Horizontal,
    char Corner,
    char TickX,
    char TickY,
    string Shades,
    string Ellipsis
)
{
    // UTF-8, UTF-16 and UTF-32.
    private static readonly int[] _unicodePages = [65001, 1200, 1201, 12000, 12001];

    public static Glyphs Ascii { get; } = new("*ox#", '.', ':', '|', '^', '|', '-', '+', '+', '+', "", "...");

    public static Glyphs Unicode { get; } = new("●○▲■", '·', '░', '│', '▲', '│', '─', '└', '┬', '┤', "░▒▓█", "…");

    /// <summary>The character of a series' points.</summary>
    public char OfStyle(int style) => style < 0 ? Faint : Points[style % Points.Length];

    /// <summary>Whether the console's encoding can show all characters: what it cannot it would replace by question marks.</summary>
    public static bool ConsoleShowsUnicode()
    {
        try
        {
            return IsOfUnicode(Console.OutputEncoding);
        }
        catch (IOException)
        {
            // No console at all.
            return false;
        }
    }

    // By its number: the console's is wrapped in a class of its own.
    internal static bool IsOfUnicode(Encoding encoding) => _unicodePages.Contains(encoding.CodePage);
}
