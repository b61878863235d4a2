namespace RnnMlNet;

/// <summary>One scoring path, compared with the scores row by row. See <see cref="ScoreVerification"/>.</summary>
public sealed record VerifiedPath
{
    internal VerifiedPath() { }

    /// <summary>Name of the path, such as <c>in batches</c> or <c>torch on the CPU</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Why the path was not run, such as missing native libtorch; null if it was run.</summary>
    public string? NotRun { get; init; }

    /// <summary>Whether rows were scored by this path.</summary>
    public bool WasRun => NotRun is null;

    /// <summary>Number of rows compared: all of the sample, or the first ones for a slow path; 0 if it was not run.</summary>
    public long Rows { get; init; }

    /// <summary>
    /// The largest |a - b|, where b is an output of this path and a the one row by row, in the unit of logits or of the label.
    /// </summary>
    public double LargestDifference { get; init; }

    /// <summary>
    /// The largest |a - b| / max(u, |a|): u is 1, or the label's standard deviation in training if the label was standardised. Infinite if
    /// one of the two is NaN or infinite and the other is not the same.
    /// </summary>
    public double LargestRelativeDifference { get; init; }

    /// <summary>The row of the largest relative difference, counted from 0; null if there is no difference.</summary>
    public long? WorstRow { get; init; }

    /// <summary>The relative difference up to which scores count as equal.</summary>
    public double Tolerance { get; init; }

    /// <summary>Whether all scores are equal within the tolerance; true also for a path that was not run.</summary>
    public bool IsWithinTolerance => LargestRelativeDifference <= Tolerance;
}
