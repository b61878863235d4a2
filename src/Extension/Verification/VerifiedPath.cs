namespace RnnMlNet;

/// <summary>One way of scoring a sample, compared with the scores row by row. See <see cref="ScoreVerification"/>.</summary>
public sealed record VerifiedPath
{
    internal VerifiedPath() { }

    /// <summary>What it is, in a few words, such as <c>in batches</c> or <c>torch on the CPU</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Why it was not run, such as native libtorch that is not there; null where it was.</summary>
    public string? NotRun { get; init; }

    /// <summary>Whether rows were scored this way.</summary>
    public bool WasRun => NotRun is null;

    /// <summary>Rows that were compared: all of the sample, or the first ones where the way is slow; 0 where it was not run.</summary>
    public long Rows { get; init; }

    /// <summary>The largest |a - b|, b being an output this way and a the one row by row, in the unit of logits or of the label.</summary>
    public double LargestDifference { get; init; }

    /// <summary>
    /// The largest |a - b| / max(u, |a|): u is 1, or the label's standard deviation in training where the label was normalised. Infinite
    /// where one of the two is a NaN or an infinity and the other is not the same.
    /// </summary>
    public double LargestRelativeDifference { get; init; }

    /// <summary>The row of the largest relative difference, counted from 0; null where there is no difference at all.</summary>
    public long? WorstRow { get; init; }

    /// <summary>The relative difference up to which scores count as the same.</summary>
    public double Tolerance { get; init; }

    /// <summary>Whether all scores are the same within the tolerance; true as well of a way that was not run.</summary>
    public bool IsWithinTolerance => LargestRelativeDifference <= Tolerance;
}
