using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// The rows of an IDataView, read once and packed: sequences, labels, weights. Batches are then drawn by index, so shuffling is exact and the
/// pipeline upstream runs once instead of once an epoch. Values are as the user gave them; batches standardise.
/// </summary>
internal sealed class SequenceStore : IDisposable
{
    private readonly PagedArray<float> _steps = new();
    private readonly PagedArray<int> _tokens = new();
    private readonly List<PagedArray<float>.Place> _stepPlaces = [];
    private readonly List<PagedArray<int>.Place> _tokenPlaces = [];
    private readonly List<float> _weights = [];
    private readonly PagedArray<float> _labels = new();
    private readonly List<PagedArray<float>.Place> _labelPlaces = [];

    internal SequenceStore(int features, int labelWidth)
    {
        Features = features;
        LabelWidth = labelWidth;
    }

    /// <summary>Rows kept.</summary>
    public int Count => _weights.Count;

    /// <summary>F; 0 for tokens.</summary>
    public int Features { get; }

    public int LabelWidth { get; }

    public bool UsesTokens => Features == 0;

    /// <summary>The rows that were left out, by reason.</summary>
    public SkippedRows Skipped { get; private set; } = new(0, 0, 0, 0);

    /// <summary>Reads every row once, with only the needed columns active; rows that cannot be trained on are counted and warned of.</summary>
    /// <exception cref="InvalidOperationException">No row is left, a row's length does not fit, or a weight is negative.</exception>
    public static SequenceStore Read(IHost host, IDataView data, SequenceBinding sequence, LabelBinding label, string? weightColumn)
    {
        var store = new SequenceStore(sequence.Features, label.Width);
        store.Skipped = new StoreReader(host, data, sequence, label, weightColumn).ReadInto(store);
        return store;
    }

    public int Length(int row) => UsesTokens ? _tokenPlaces[row].Count : _stepPlaces[row].Count / Features;

    public SequenceView View(int row) => UsesTokens
        ? SequenceView.OfTokens(_tokens[_tokenPlaces[row]])
        : SequenceView.OfSteps(_steps[_stepPlaces[row]], Features);

    /// <summary>[LabelWidth] class index, 0 or 1, or targets.</summary>
    public ReadOnlySpan<float> Label(int row) => _labels[_labelPlaces[row]];

    public float Weight(int row) => _weights[row];

    internal void Add(in SequenceView sequence, ReadOnlySpan<float> label, float weight)
    {
        if (UsesTokens)
            _tokenPlaces.Add(_tokens.Append(sequence.Tokens));
        else
            _stepPlaces.Add(_steps.Append(sequence.Steps));
        _labelPlaces.Add(_labels.Append(label));
        _weights.Add(weight);
    }

    public void Dispose()
    {
        // Pages are managed memory; a store beyond memory will have a file to give back here.
    }
}

/// <summary>Rows left out of training, by the first reason found.</summary>
internal readonly record struct SkippedRows(long BadFeatures, long BadLabel, long BadWeight, long Empty)
{
    public long Total => BadFeatures + BadLabel + BadWeight + Empty;
}
