using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators;

/// <summary>The data of a Fit: its rows, packed, the validation rows where they are given, and their columns.</summary>
/// <param name="sequence">The sequence columns.</param>
/// <param name="label">The label column.</param>
/// <param name="store">The rows; disposed with it.</param>
/// <param name="validationStore">The given validation rows, disposed with it; null where some of the others are held out.</param>
internal sealed class FitRows(SequenceBinding sequence, LabelBinding label, SequenceStore store, SequenceStore? validationStore)
    : IDisposable
{
    public SequenceBinding Sequence => sequence;

    public LabelBinding Label => label;

    public SequenceStore Store { get; private set; } = store;

    public SequenceStore? ValidationStore { get; private set; } = validationStore;

    /// <summary>Rare tokens, which are trained as one; null for none.</summary>
    public RareTokens? RareTokens { get; private set; }

    /// <summary>Pretrained vectors of the tokens; null for none.</summary>
    public PretrainedEmbeddings? Pretrained { get; init; }

    /// <summary>Converts the rows to the network's input: patches of time steps, one token in place of rare ones.</summary>
    /// <param name="settings">The resolved options.</param>
    /// <param name="place">Memory limit and folder of rows.</param>
    /// <param name="host">Creates the errors.</param>
    public void Prepare(SequenceSettings settings, StoreSettings place, IHost host)
    {
        var (change, features, rare) = Change(settings.PatchLength, settings.MinTokenCount);
        RareTokens = rare;
        if (change is null)
            return;
        var (store, validation) = Changed(change, features, place, host);
        Dispose();
        (Store, ValidationStore) = (store, validation);
    }

    /// <summary>A copy as converted by <see cref="Prepare"/>, leaving the rows unchanged; null where that changes nothing.</summary>
    /// <param name="patchLength">k.</param>
    /// <param name="minTokenCount">Occurrences below which a token is rare.</param>
    /// <param name="place">Memory limit and folder of rows.</param>
    /// <param name="host">Creates the errors.</param>
    public FitRows? Prepared(int patchLength, int minTokenCount, StoreSettings place, IHost host)
    {
        var (change, features, rare) = Change(patchLength, minTokenCount);
        if (change is null)
            return null;
        var (store, validation) = Changed(change, features, place, host);
        return new FitRows(sequence, label, store, validation) { RareTokens = rare, Pretrained = Pretrained };
    }

    // Patches of numeric features or rare tokens: never both.
    private (SequenceChange? Change, int Features, RareTokens? Rare) Change(int patchLength, int minTokenCount)
    {
        if (patchLength > 1)
            return (new Patch(sequence.Features, patchLength), sequence.Features * patchLength, null);
        RareTokens? rare =
            minTokenCount > 1
                ? RareTokens.Of(Store, sequence.Vocabulary, minTokenCount, hasUnknown: sequence.KeepsMissing, isKept: IsPretrained)
                : null;
        return (rare, 0, rare);
    }

    private bool IsPretrained(int token) => Pretrained?.Has(token) == true;

    private (SequenceStore Store, SequenceStore? Validation) Changed(SequenceChange change, int features, StoreSettings place, IHost host)
    {
        SequenceStore store = Store.Changed(change, features, place, host);
        try
        {
            return (store, ValidationStore?.Changed(change, features, place.Beside(store.MemoryBytes), host));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The training rows and the validation rows, held out where none are given.</summary>
    /// <param name="fraction">Share held out; 0 for none.</param>
    /// <param name="stratified">Whether labels are classes, each of which gives its share and keeps a training row.</param>
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

    /// <summary>Trained networks with the shared embedding for each rare token; unchanged where there are none.</summary>
    public IReadOnlyList<TrainedNetwork> WithRareTokens(IReadOnlyList<TrainedNetwork> networks) =>
        RareTokens is RareTokens rare ? [.. networks.Select(network => network with { Weights = rare.Spread(network.Weights) })] : networks;

    public void Dispose()
    {
        Store.Dispose();
        ValidationStore?.Dispose();
    }
}
