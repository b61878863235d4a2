using System.Globalization;
using System.Text;

namespace RnnMlNet.Verification;

/// <summary>A verification as text.</summary>
internal static class VerificationText
{
    /// <summary>The outcome, the machine, and a line for each path.</summary>
    public static string Table(ScoreVerification verification)
    {
        var text = new StringBuilder();
        text.Append(Outcome(verification)).Append('\n');
        text.Append(verification.VectorBits is int bits ? $"{bits}-bit vectors, " : "").Append(verification.Machine).Append("\n\n");
        text.Append(Line("path", "rows", "difference", "relative", "tolerance", ""));
        foreach (VerifiedPath path in verification.Paths)
            text.Append(Line(path));
        return text.ToString();
    }

    /// <summary>A sentence that names every path that differs.</summary>
    public static string Differences(ScoreVerification verification)
    {
        IEnumerable<string> differing = verification
            .Paths.Where(path => !path.IsWithinTolerance)
            .Select(path =>
                $"{path.Name}, by up to {Number(path.LargestDifference)} (relative {Number(path.LargestRelativeDifference)}, tolerance "
                + $"{Number(path.Tolerance)}), most in row {path.WorstRow}"
            );
        return $"{Outcome(verification)} They differ {string.Join("; ", differing)}. The machine: {verification.Machine}.";
    }

    private static string Outcome(ScoreVerification verification)
    {
        int run = verification.Paths.Count(path => path.WasRun),
            differing = verification.Paths.Count(path => !path.IsWithinTolerance);
        return differing == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{verification.Rows} rows score the same row by row and by {run} other paths.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{verification.Rows} rows do not score the same: {differing} of {run} other paths differ from the scores row by row."
            );
    }

    private static string Line(VerifiedPath path) =>
        path.NotRun is string why
            ? $"{path.Name, -20}  not run: {why}\n"
            : Line(
                path.Name,
                path.Rows.ToString(CultureInfo.InvariantCulture),
                Number(path.LargestDifference),
                Number(path.LargestRelativeDifference),
                Number(path.Tolerance),
                path.IsWithinTolerance ? "" : $"  differs, most in row {path.WorstRow}"
            );

    private static string Line(string path, string rows, string difference, string relative, string tolerance, string note) =>
        $"{path, -20}{rows, 7}{difference, 12}{relative, 12}{tolerance, 12}{note}\n";

    private static string Number(double value) =>
        value == 0 ? "0"
        : double.IsInfinity(value) ? "infinite"
        : value.ToString("0.0e-00", CultureInfo.InvariantCulture);
}
