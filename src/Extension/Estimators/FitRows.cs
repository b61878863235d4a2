using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>What a Fit has read: its rows, packed, those to validate on where they are others, and what their columns are.</summary>
/// <param name="sequence">The sequence columns.</param>
/// <param name="label">The label column.</param>
/// <param name="store">The rows; disposed with it.</param>
/// <param name="validationStore">Rows of their own to validate on, disposed with it; null where some of the others are held out.</param>
internal sealed class FitRows(SequenceBinding sequence, LabelBinding label, SequenceStore store, SequenceStore? validationStore) : IDisposable
{
    public SequenceBinding Sequence => sequence;

    public LabelBinding Label => label;

    public SequenceStore Store { get; private set; } = store;

    public SequenceStore? ValidationStore { get; private set; } = validationStore;

    /// <summary>Tokens that are trained as one; null for none.</summary>
    public RareTokens? RareTokens { get; private set; }

    /// <summary>Makes the rows what the network is to read: several time steps as one, one token in place of rare ones.</summary>
    /// <param name="settings">Resolved from the rows.</param>
    /// <param name="place">Where rows may lie.</param>
    /// <param name="host">Whose errors.</param>
    public void Prepare(SequenceSettings settings, StoreSettings place, IHost host)
    {
        if (settings.PatchLength > 1)
            Replace(new Patch(sequence.Features, settings.PatchLength), sequence.Features * settings.PatchLength, place, host);
        RareTokens = settings.MinTokenCount > 1 ? RareTokens.Of(Store, sequence.Vocabulary, settings.MinTokenCount, hasUnknown: label.IsPerStep) : null;
        if (RareTokens is RareTokens rare)
            Replace(rare, features: 0, place, host);
    }

    private void Replace(SequenceChange change, int features, StoreSettings place, IHost host)
    {
        Store = Replaced(Store, place);
        if (ValidationStore is not null)
            ValidationStore = Replaced(ValidationStore, place.Beside(Store.MemoryBytes));

        SequenceStore Replaced(SequenceStore store, StoreSettings where)
        {
            SequenceStore changed = store.Changed(change, features, where, host);
            store.Dispose();
            return changed;
        }
    }

    /// <summary>The rows to train on and those to validate on, held out where there are none of their own.</summary>
    /// <param name="fraction">Share held out; 0 for none.</param>
    /// <param name="stratified">Whether labels are classes, of which each gives its share and keeps a row to train on.</param>
    /// <param name="seed">Chooses the rows.</param>
    public (SequenceSet Training, SequenceSet? Validation) Split(double fraction, bool stratified, int seed)
    {
        if (ValidationStore is not null)
            return (SequenceSet.All(Store), SequenceSet.All(ValidationStore));
        if (fraction == 0)
            return (SequenceSet.All(Store), null);
        var (training, validation) = ValidationSplit.Split(Store, fraction, stratified, seed);
        return (new SequenceSet(Store, training), new SequenceSet(Store, validation));
    }

    public void Dispose()
    {
        Store.Dispose();
        ValidationStore?.Dispose();
    }
}
