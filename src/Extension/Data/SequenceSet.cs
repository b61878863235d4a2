namespace RnnMlNet.Data;

/// <summary>Some rows of a store: those to train on, or those to validate on.</summary>
internal sealed record SequenceSet(SequenceStore Store, int[] Rows)
{
    /// <summary>All rows of a store.</summary>
    public static SequenceSet All(SequenceStore store) => new(store, [.. Enumerable.Range(0, store.Count)]);
}
