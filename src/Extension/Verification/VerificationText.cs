using System.Globalization;
using System.Text;

namespace RnnMlNet.Verification;

/// <summary>A verification in words.</summary>
internal static class VerificationText
{
    /// <summary>The outcome, the machine, and a line for each way.</summary>
    public static string Table(ScoreVerification verification)
    {
        var text = new StringBuilder();
        text.Append(Outcome(verification)).Append('\n');
        text.Append(verification.VectorBits is int bits ? $"{bits}-bit vectors, " : "").Append(verification.Machine).Append("\n\n");
        text.Append(Line("way", "rows", "difference", "relative", "tolerance", ""));
        foreach (VerifiedPath way in verification.Ways)
            text.Append(Line(way));
        return text.ToString();
    }

    /// <summary>A sentence that names every way that differs.</summary>
    public static string Differences(ScoreVerification verification)
    {
        IEnumerable<string> differing = verification
            .Ways.Where(way => !way.IsWithinTolerance)
            .Select(way =>
                $"{way.Name}, by up to {Number(way.LargestDifference)} (relative {Number(way.LargestRelativeDifference)}, tolerance "
                + $"{Number(way.Tolerance)}), most in row {way.WorstRow}"
            );
        return $"{Outcome(verification)} They differ {string.Join("; ", differing)}. The machine: {verification.Machine}.";
    }

    private static string Outcome(ScoreVerification verification)
    {
        int run = verification.Ways.Count(way => way.WasRun),
            differing = verification.Ways.Count(way => !way.IsWithinTolerance);
        return differing == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{verification.Rows} rows score the same row by row and in {run} other ways.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{verification.Rows} rows do not score the same: row by row and in {differing} of {run} other ways the scores differ."
            );
    }

    private static string Line(VerifiedPath way) =>
        way.NotRun is string why
            ? $"{way.Name, -20}  not run: {why}\n"
            : Line(
                way.Name,
                way.Rows.ToString(CultureInfo.InvariantCulture),
                Number(way.LargestDifference),
                Number(way.LargestRelativeDifference),
                Number(way.Tolerance),
                way.IsWithinTolerance ? "" : $"  differs, most in row {way.WorstRow}"
            );

    private static string Line(string way, string rows, string difference, string relative, string tolerance, string note) =>
        $"{way, -20}{rows, 7}{difference, 12}{relative, 12}{tolerance, 12}{note}\n";

    private static string Number(double value) =>
        value == 0 ? "0"
        : double.IsInfinity(value) ? "infinite"
        : value.ToString("0.0e-00", CultureInfo.InvariantCulture);
}
