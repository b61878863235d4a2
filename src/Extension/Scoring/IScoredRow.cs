namespace RnnMlNet.Scoring;

/// <summary>A row with network outputs, which the getters of the score columns read.</summary>
internal interface IScoredRow
{
    /// <summary>[Outputs] raw outputs of the current row, for a tagger [T, Outputs]; valid until the row moves on.</summary>
    ReadOnlySpan<float> Outputs { get; }
}
