using System.Globalization;
using RnnMlNet.Training;

namespace RnnMlNet.Text;

/// <summary>Numbers and counts as culture-invariant text.</summary>
internal static class Words
{
    private const double LeastPlain = 1e-4,
        MostPlain = 1e6;

    /// <summary>A number with some significant digits, such as 0.0123, 1200000 as 1.2e6.</summary>
    public static string Number(double value, int digits = 3)
    {
        double size = Math.Abs(value);
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "not a number"
                : value > 0 ? "infinite"
                : "-infinite";
        if (size != 0 && (size < LeastPlain || size >= MostPlain))
            return Exponential(value, digits - 1);
        int decimals = size == 0 ? 0 : Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(size)), 0, 9);
        return value.ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture);
    }

    /// <summary>A number for a column of a table: with decimals by its size, trailing zeros kept so that decimal points align.</summary>
    public static string Cell(double value) =>
        Math.Abs(value) switch
        {
            double size when !double.IsFinite(size) => Number(value),
            0 => "0.0000",
            < LeastPlain or >= MostPlain => Exponential(value, 3),
            >= 1000 => value.ToString("0.0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.00", CultureInfo.InvariantCulture),
            _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
        };

    /// <summary>A count with its noun.</summary>
    public static string Plural(long count, string noun) => Plural(count, noun, noun + "s");

    /// <summary>A count with its noun, whose plural is irregular.</summary>
    public static string Plural(long count, string one, string several) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : several)}");

    /// <summary>A number with an exponent, such as 1.2e6.</summary>
    public static string Exponential(double value, int decimals)
    {
        string text = value.ToString("0." + new string('#', decimals) + "e+0", CultureInfo.InvariantCulture);
        return text.Replace("e+", "e", StringComparison.Ordinal);
    }
}
