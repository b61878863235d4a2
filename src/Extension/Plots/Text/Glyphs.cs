using System.Text;

namespace RnnMlNet.Plots.Text;

/// <summary>
/// The characters of charts. Those beyond ASCII are all in WGL4, the set of the fonts of Windows' consoles; braille patterns, of finer
/// grain, are not, and without colours two lines of them would be indistinguishable.
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

    /// <summary>Whether the console's encoding has all characters: it would replace others by question marks.</summary>
    public static bool ConsoleShowsUnicode()
    {
        try
        {
            return IsOfUnicode(Console.OutputEncoding);
        }
        catch (IOException)
        {
            // There is no console.
            return false;
        }
    }

    // By its code page: the console's encoding is wrapped in a class of its own.
    internal static bool IsOfUnicode(Encoding encoding) => _unicodePages.Contains(encoding.CodePage);
}
