using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using RnnMlNet.Verification;

namespace RnnMlNet;

/// <summary>
/// Whether a model scores a sample the same in every way that this machine can score it: what
/// <see cref="RnnPredictionTransformer{TModel}.VerifyScores"/> found. <see cref="ToString"/> is a table to read.
/// </summary>
/// <remarks>
/// What is compared are the network's outputs before they become probabilities: logits, or targets in the label's unit. The reference is
/// the scoring row by row, as a PredictionEngine does it.
/// </remarks>
public sealed class ScoreVerification
{
    internal ScoreVerification(IReadOnlyList<VerifiedPath> ways, int rows, int? vectorBits)
    {
        Ways = ways;
        Rows = rows;
        VectorBits = vectorBits;
    }

    /// <summary>The ways other than row by row, those that were not run as well.</summary>
    public IReadOnlyList<VerifiedPath> Ways { get; }

    /// <summary>Rows of the sample that were read.</summary>
    public int Rows { get; }

    /// <summary>
    /// Bits of the vectors that managed scoring uses on this machine: 512, 256 or 128. Null where the cell is the application's own, which
    /// torch scores.
    /// </summary>
    public int? VectorBits { get; }

    /// <summary>The machine, as far as it matters: architecture, processors, system, .NET.</summary>
    public string Machine { get; internal init; } =
        $"{RuntimeInformation.ProcessArchitecture}, processors: {Environment.ProcessorCount}, {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.FrameworkDescription}";

    /// <summary>Whether every way that was run gives the same scores within its tolerance.</summary>
    public bool IsWithinTolerance => Ways.All(way => way.IsWithinTolerance);

    /// <summary>Throws where a way that was run gives other scores.</summary>
    /// <exception cref="InvalidOperationException">One does; the message names each, how far it is off, and at which row.</exception>
    public void ThrowIfDifferent()
    {
        if (!IsWithinTolerance)
            throw Contracts.Except(VerificationText.Differences(this));
    }

    /// <summary>A table of all ways, under a sentence that says the outcome, and a line on the machine.</summary>
    public override string ToString() => VerificationText.Table(this);
}
