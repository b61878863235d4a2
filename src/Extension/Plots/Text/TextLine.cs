using System.Text;

namespace RnnMlNet.Plots.Text;

/// <summary>Lines of text of limited width.</summary>
internal static class TextLine
{
    /// <summary>The text, or its start with an ellipsis where it is longer.</summary>
    public static string Fit(string text, int width, Glyphs glyphs)
    {
        if (text.Length <= width)
            return text;
        int kept = Math.Max(0, width - glyphs.Ellipsis.Length);
        // Not the first half of a surrogate pair.
        if (kept > 0 && char.IsHighSurrogate(text[kept - 1]))
            kept--;
        string cut = text[..kept].TrimEnd() + glyphs.Ellipsis;
        return cut.Length <= width ? cut : cut[..width];
    }

    /// <summary>The text, or its start and its end around an ellipsis where it is longer: names often differ at their ends.</summary>
    public static string FitMiddle(string text, int width, Glyphs glyphs)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        int kept = width - glyphs.Ellipsis.Length;
        // In so few characters two ends would be meaningless.
        return text.Length <= width || kept < 4
            ? Fit(text, width, glyphs)
            : Fit(Label.WithoutMiddle(runes, Math.Min(kept, runes.Length), glyphs.Ellipsis), width, glyphs);
    }

    /// <summary>The text in lines, broken between words.</summary>
    public static IEnumerable<string> Wrap(string text, int width, Glyphs glyphs) =>
        Flow(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), " ", width, glyphs);

    /// <summary>Pieces side by side, in as many lines as needed.</summary>
    public static IEnumerable<string> Flow(IEnumerable<string> pieces, string gap, int width, Glyphs glyphs)
    {
        string line = "";
        foreach (string piece in pieces)
        {
            if (line.Length > 0 && line.Length + gap.Length + piece.Length > width)
            {
                yield return Fit(line, width, glyphs);
                line = "";
            }
            line = line.Length == 0 ? piece : line + gap + piece;
        }
        if (line.Length > 0)
            yield return Fit(line, width, glyphs);
    }

    /// <summary>The start of a text that is centred at a column, within the line.</summary>
    public static int StartOf(string text, int centre, int width) =>
        Math.Clamp(centre - text.Length / 2, 0, Math.Max(0, width - text.Length));
}
