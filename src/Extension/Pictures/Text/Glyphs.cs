using System.Text;

namespace RnnMlNet.Pictures.Text;

/// <summary>
/// The characters that charts are drawn with. Those beyond ASCII are all of WGL4, the set that the fonts of Windows' consoles have; braille patterns, of finer grain, are not, and
/// without colours two lines of them could not be told apart.
/// </summary>
internal sealed record Glyphs(string Points, char Faint, char Band, char Mark, char Arrow, char Vertical, char Horizontal, char Corner, char TickX, char TickY, string Shades, string Ellipsis)
{
    public static Glyphs Ascii { get; } = new("*ox#", '.', ':', '|', '^', '|', '-', '+', '+', '+', "", "...");

    public static Glyphs Unicode { get; } = new("●○▲■", '·', '░', '│', '▲', '│', '─', '└', '┬', '┤', "░▒▓█", "…");

    /// <summary>The character of a series' points.</summary>
    public char OfStyle(int style) => style < 0 ? Faint : Points[style % Points.Length];

    /// <summary>Whether the console's encoding can show all characters: what it cannot it would replace by question marks.</summary>
    public static bool ConsoleShowsUnicode()
    {
        try
        {
            return Console.OutputEncoding is UTF8Encoding or UnicodeEncoding or UTF32Encoding;
        }
        catch (IOException)
        {
            // No console at all.
            return false;
        }
    }
}
