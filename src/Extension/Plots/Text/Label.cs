using System.Globalization;
using System.Text;
using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet.Plots.Text;

/// <summary>Texts and numbers of plots.</summary>
internal static class Label
{
    private const double LeastPlain = 1e-4,
        MostPlain = 1e6;

    /// <summary>An external name, without characters that would break lines or are invalid in XML: control characters and unpaired
    /// surrogates.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            clean.Append(
                Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " "
                : rune.Value is 0xFFFE or 0xFFFF ? "\uFFFD"
                : rune.ToString()
            );
        return clean.ToString();
    }

    /// <summary>The first and the last of some characters, an ellipsis between them.</summary>
    public static string WithoutMiddle(Rune[] runes, int kept, string ellipsis) =>
        string.Concat(runes[..((kept + 1) / 2)].Select(rune => rune.ToString())).TrimEnd()
        + ellipsis
        + string.Concat(runes[^(kept / 2)..].Select(rune => rune.ToString())).TrimStart();

    /// <summary>A number with some significant digits, such as 0.0123, 1200000 as 1.2e6.</summary>
    public static string Number(double value, int digits = 3) => Words.Number(value, digits);

    /// <summary>A number on an axis with ticks a step apart: with as many digits as distinguish them.</summary>
    public static string OnAxis(double value, double step, double largest)
    {
        int stepExponent = (int)Math.Floor(Math.Log10(step) + 1e-9);
        if (Math.Abs(value) < step / 2)
            return "0";
        if (largest >= MostPlain || step < LeastPlain)
            return Words.Exponential(value, Math.Clamp((int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9) - stepExponent, 0, 12));
        return value.ToString("F" + Math.Max(0, -stepExponent).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>A count in few characters: 12, 3.5 (of weighted rows), 12k, 1.2M.</summary>
    public static string Count(double count) =>
        count switch
        {
            >= 1e9 => Words.Exponential(count, 1),
            >= 9.95e6 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0}M"),
            >= 999.5e3 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.#}M"),
            >= 9999.5 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0}k"),
            _ => count.ToString("0.#", CultureInfo.InvariantCulture),
        };

    /// <summary>A share to three decimals; a dash where there is none.</summary>
    public static string Share(double share) => double.IsFinite(share) ? share.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    /// <summary>A count with its noun.</summary>
    public static string Plural(long count, string noun) => Words.Plural(count, noun);
}
