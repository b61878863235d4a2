using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Runtime;

namespace RnnMlNet;

/// <summary>
/// Result of <see cref="RnnPredictionTransformer{TModel}.VerifyScores"/>: whether a model scores a sample the same by every scoring path of
/// this machine. <see cref="ToString"/> returns a table.
/// </summary>
/// <remarks>
/// The comparison uses the network's outputs before they become probabilities: logits, or targets in the label's unit. The reference is
/// scoring row by row, as in a PredictionEngine.
/// </remarks>
public sealed class ScoreVerification
{
    internal ScoreVerification(IReadOnlyList<VerifiedPath> paths, int rows, int? vectorBits)
    {
        Paths = paths;
        Rows = rows;
        VectorBits = vectorBits;
    }

    /// <summary>The scoring paths other than row by row, including those that were not run.</summary>
    public IReadOnlyList<VerifiedPath> Paths { get; }

    /// <summary>Rows of the sample that were read.</summary>
    public int Rows { get; }

    /// <summary>
    /// Width in bits of the vectors that managed scoring uses on this machine: 512, 256 or 128. Null for a custom cell, which is scored on
    /// torch.
    /// </summary>
    public int? VectorBits { get; }

    /// <summary>The machine: architecture, processors, system, .NET.</summary>
    public string Machine { get; internal init; } =
        $"{RuntimeInformation.ProcessArchitecture}, processors: {Environment.ProcessorCount}, {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.FrameworkDescription}";

    /// <summary>Whether every path that was run gives the same scores within its tolerance.</summary>
    public bool IsWithinTolerance => Paths.All(path => path.IsWithinTolerance);

    /// <summary>Throws if a path that was run gives other scores.</summary>
    /// <exception cref="InvalidOperationException">A path differs; the message names each one, its difference, and its row.</exception>
    public void ThrowIfDifferent()
    {
        if (!IsWithinTolerance)
            throw Contracts.Except(Differences());
    }

    /// <summary>Returns a table of all paths, under a sentence with the outcome and a line on the machine.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Outcome()).Append('\n');
        text.Append(VectorBits is int bits ? $"{bits}-bit vectors, " : "").Append(Machine).Append("\n\n");
        text.Append(Line("path", "rows", "difference", "relative", "tolerance", ""));
        foreach (VerifiedPath path in Paths)
            text.Append(Line(path));
        return text.ToString();
    }

    // A sentence that names every path that differs.
    private string Differences()
    {
        IEnumerable<string> differing = Paths
            .Where(path => !path.IsWithinTolerance)
            .Select(path =>
                $"{path.Name}, by up to {Number(path.LargestDifference)} (relative {Number(path.LargestRelativeDifference)}, tolerance "
                + $"{Number(path.Tolerance)}), most in row {path.WorstRow}"
            );
        return $"{Outcome()} They differ {string.Join("; ", differing)}. The machine: {Machine}.";
    }

    private string Outcome()
    {
        int run = Paths.Count(path => path.WasRun),
            differing = Paths.Count(path => !path.IsWithinTolerance);
        return differing == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Rows} rows score the same row by row and by {run} other paths.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Rows} rows do not score the same: {differing} of {run} other paths differ from the scores row by row."
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
