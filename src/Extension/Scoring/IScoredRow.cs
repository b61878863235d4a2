namespace RnnMlNet.Scoring;

/// <summary>A row whose network outputs can be had: what the getters of the score columns read.</summary>
internal interface IScoredRow
{
    /// <summary>[Outputs] raw outputs of the current row, of a tagger [T, Outputs]; valid until the row moves on.</summary>
    ReadOnlySpan<float> Outputs { get; }
}
