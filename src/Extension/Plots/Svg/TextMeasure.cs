using System.Text;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Svg;

/// <summary>
/// Estimates the width of text: the viewer's font is unknown, so it assumes one of the wider common ones.
/// </summary>
internal static class TextMeasure
{
    /// <summary>The width of a text in a size.</summary>
    public static double Width(string text, double size)
    {
        double width = 0;
        foreach (Rune rune in text.EnumerateRunes())
            width += Em(rune);
        return width * size;
    }

    /// <summary>The text, or its start with an ellipsis where it is wider.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Width(text, size) <= width)
            return text;
        var fitting = new StringBuilder();
        double left = width - Width("…", size);
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= Em(rune) * size;
            if (left < 0)
                break;
            fitting.Append(rune.ToString());
        }
        return fitting.ToString().TrimEnd() + "…";
    }

    /// <summary>The text, or its start and its end around an ellipsis where it is wider: names often differ at their ends.</summary>
    public static string FitMiddle(string text, double size, double width)
    {
        if (Width(text, size) <= width)
            return text;
        Rune[] runes = [.. text.EnumerateRunes()];
        int kept = runes.Length - 1;
        while (kept > 2 && Width(Label.WithoutMiddle(runes, kept, "…"), size) > width)
            kept--;
        return Label.WithoutMiddle(runes, kept, "…");
    }

    /// <summary>The text in lines, broken between words.</summary>
    public static IEnumerable<string> Wrap(string text, double size, double width)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length == 0 || Width(longer, size) <= width)
            {
                line = longer;
                continue;
            }
            yield return Fit(line, size, width);
            line = word;
        }
        if (line.Length > 0)
            yield return Fit(line, size, width);
    }

    private static double Em(Rune rune) =>
        rune.Value switch
        {
            'i' or 'l' or 'j' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or ' ' => 0.35,
            'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '-' or '/' or 'I' => 0.42,
            'm' or 'w' or 'M' or 'W' or '@' or '%' => 0.97,
            >= 'a' and <= 'z' => 0.6,
            >= '0' and <= '9' => 0.62,
            >= 'A' and <= 'Z' => 0.72,
            // A Chinese, Japanese or Korean character is square, and so is an emoji.
            >= 0x1100 and <= 0x11FF or >= 0x2E80 => 1.05,
            _ => 0.7,
        };
}
