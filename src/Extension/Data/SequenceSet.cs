namespace RnnMlNet.Data;

/// <summary>Some rows of a store.</summary>
internal sealed record SequenceSet(SequenceStore Store, int[] Rows) : RowSet(Rows)
{
    public override long Skipped => Store.Skipped.Total;

    /// <summary>All rows of a store.</summary>
    public static SequenceSet All(SequenceStore store) => new(store, [.. Enumerable.Range(0, store.Count)]);

    public override int Length(int row) => Store.Length(row);

    public override float Weight(int row) => Store.Weight(row);

    public override BatchFill Assembler(AssemblySettings settings) =>
        new BatchAssembler(Store, settings.Encoder, settings.Labels, settings.Augmentation)
        {
            ClassWeights = settings.ClassWeights,
            LeavesStepsInStore = settings.LeavesStepsInStore,
        }.Fill;
}
