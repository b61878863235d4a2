using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using RnnMlNet.Verification;

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
            throw Contracts.Except(VerificationText.Differences(this));
    }

    /// <summary>Returns a table of all paths, under a sentence with the outcome and a line on the machine.</summary>
    public override string ToString() => VerificationText.Table(this);
}
