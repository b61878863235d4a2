using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>What a Fit has read: its rows, packed, those to validate on where they are others, and what their columns are.</summary>
/// <param name="sequence">The sequence columns.</param>
/// <param name="label">The label column.</param>
/// <param name="store">The rows.</param>
/// <param name="validationStore">Rows of their own to validate on; null where some of the others are held out.</param>
internal sealed class FitRows(SequenceBinding sequence, LabelBinding label, SequenceStore store, SequenceStore? validationStore) : IDisposable
{
    public SequenceBinding Sequence => sequence;

    public LabelBinding Label => label;

    public SequenceStore Store => store;

    public SequenceStore? ValidationStore => validationStore;

    /// <summary>The rows to train on and those to validate on, held out where there are none of their own.</summary>
    /// <param name="fraction">Share held out; 0 for none.</param>
    /// <param name="stratified">Whether labels are classes, of which each gives its share and keeps a row to train on.</param>
    /// <param name="seed">Chooses the rows.</param>
    public (SequenceSet Training, SequenceSet? Validation) Split(double fraction, bool stratified, int seed)
    {
        if (validationStore is not null)
            return (SequenceSet.All(store), SequenceSet.All(validationStore));
        if (fraction == 0)
            return (SequenceSet.All(store), null);
        var (training, validation) = ValidationSplit.Split(store, fraction, stratified, seed);
        return (new SequenceSet(store, training), new SequenceSet(store, validation));
    }

    public void Dispose()
    {
        store.Dispose();
        validationStore?.Dispose();
    }
}
