using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>
/// The rows of an IDataView, read once and packed: sequences, labels, weights. Batches are drawn by index, so shuffling is exact and the
/// pipeline upstream runs once instead of once an epoch. Values are not standardised; batches do that. A row is contiguous, weight,
/// labels and static values before the sequence, in memory or in a temporary file: <see cref="StorePages"/>. Sixteen
/// bytes a row (offset, length and a hash of its sequence) are always in memory, and with groups four more.
/// </summary>
internal sealed class SequenceStore : IDisposable
{
    private readonly StorePages _pages;
    private readonly ChunkedList<long> _places = new();
    private readonly ChunkedList<int> _lengths = new();
    private readonly ChunkedList<int> _hashes = new();
    private readonly ChunkedList<int> _groups = new();

    // [1 + labels] a row's weight and labels, before they are appended.
    private float[] _head;

    /// <summary>A store in memory alone, unless pages with a limit are given.</summary>
    internal SequenceStore(int features, int labelWidth, StorePages? pages = null, bool hasLabelsPerStep = false, int staticFeatures = 0)
    {
        Features = features;
        StaticFeatures = staticFeatures;
        LabelWidth = labelWidth;
        HasLabelsPerStep = hasLabelsPerStep;
        _head = new float[1 + labelWidth + staticFeatures];
        _pages = pages ?? new StorePages(long.MaxValue, _ => throw Contracts.Except("A store without a limit needs no file."));
    }

    /// <summary>Number of rows.</summary>
    public int Count => _lengths.Count;

    /// <summary>F; 0 for tokens.</summary>
    public int Features { get; }

    /// <summary>S, static values of a row.</summary>
    public int StaticFeatures { get; }

    /// <summary>Labels per row, or per step where each has one.</summary>
    public int LabelWidth { get; }

    /// <summary>Whether each step of a row has a label.</summary>
    public bool HasLabelsPerStep { get; }

    /// <summary>Whether the label of a row, or of a step, is a set: 1 for each label that it has, else 0.</summary>
    public bool HasLabelSets { get; internal init; }

    public bool UsesTokens => Features == 0;

    /// <summary>Values of a step of tokens: 1, or 1 + W with the characters of words.</summary>
    public int TokenWidth { get; internal init; } = 1;

    /// <summary>The columns of groups, whose rows a split never divides, for messages: <c>column 'Machine'</c>; null where rows have
    /// none.</summary>
    public string? GroupColumns { get; internal init; }

    /// <summary>Bytes of the groups' values while rows are added.</summary>
    internal long GroupValueBytes { get; set; }

    /// <summary>Bytes of the rows, in memory and in the file.</summary>
    public long Bytes => _pages.Bytes;

    /// <summary>Bytes in memory.</summary>
    public long MemoryBytes => _pages.MemoryBytes;

    /// <summary>Bytes in the file.</summary>
    public long FileBytes => _pages.FileBytes;

    /// <summary>Where the rows are stored, for the log.</summary>
    public string Description => _pages.Description;

    /// <summary>The rows that were skipped, by reason.</summary>
    public SkippedRows Skipped { get; internal set; } = new(0, 0, 0, 0);

    /// <summary>A store of the same rows with changed sequences.</summary>
    /// <param name="change">Changes a sequence.</param>
    /// <param name="features">Values of a step of the changed ones; 0 for tokens.</param>
    /// <param name="settings">Memory limit and folder.</param>
    /// <param name="host">Creates the errors.</param>
    public SequenceStore Changed(SequenceChange change, int features, StoreSettings settings, IHost host)
    {
        var pages = new StorePages(settings.MemoryLimit, bytes => StoreFile.Create(host, settings.Directory, bytes));
        var copy = new SequenceStore(features, LabelWidth, pages, HasLabelsPerStep, StaticFeatures)
        {
            Skipped = Skipped,
            GroupColumns = GroupColumns,
            HasLabelSets = HasLabelSets,
            TokenWidth = TokenWidth,
        };
        try
        {
            for (int row = 0; row < Count; row++)
                copy.Add(change.Of(View(row)), Label(row), Weight(row), GroupColumns is null ? 0 : Group(row));
            copy.Seal();
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    public int Length(int row) => _lengths[row];

    /// <summary>Hash of the row's sequence: equal for equal sequences in this process.</summary>
    public int Hash(int row) => _hashes[row];

    public SequenceView View(int row)
    {
        long statics = _places[row] + 1 + Labels(row),
            place = statics + StaticFeatures;
        int length = _lengths[row];
        SequenceView sequence = UsesTokens
            ? SequenceView.OfTokens(MemoryMarshal.Cast<float, int>(_pages.Read(place, length * TokenWidth)), TokenWidth)
            : SequenceView.OfSteps(_pages.Read(place, length * Features), Features);
        return StaticFeatures == 0 ? sequence : sequence.WithStatic(_pages.Read(statics, StaticFeatures));
    }

    /// <summary>
    /// [LabelWidth] class index, 0 or 1, or targets; for labels per step [T], the classes' indices, <see cref="StepClassesReader.Missing"/>
    /// where there is none; for label sets [LabelWidth], 1 or 0; for label sets per step [T, LabelWidth], Missing throughout a
    /// step without labels.
    /// </summary>
    public ReadOnlySpan<float> Label(int row) => _pages.Read(_places[row] + 1, Labels(row));

    /// <summary>The classes of a row, where its label is of classes: its own, those of its steps with a label, or its labels.</summary>
    public int[] Classes(int row)
    {
        ReadOnlySpan<float> labels = Label(row);
        var classes = new List<int>(HasLabelSets ? 4 : labels.Length);
        for (int i = 0; i < labels.Length; i++)
            if (HasLabelSets && labels[i] > 0)
                classes.Add(i % LabelWidth);
            else if (!HasLabelSets && labels[i] != StepClassesReader.Missing)
                classes.Add((int)labels[i]);
        return [.. classes];
    }

    /// <summary>Number of a row's labels, or sets of labels: 1, or for labels per step that of its steps with a label.</summary>
    public int LabelledItems(int row)
    {
        if (!HasLabelsPerStep)
            return 1;
        ReadOnlySpan<float> labels = Label(row);
        int count = 0;
        for (int i = 0; i < labels.Length; i += LabelWidth)
            count += labels[i] == StepClassesReader.Missing ? 0 : 1;
        return count;
    }

    public float Weight(int row) => _pages.Read(_places[row], 1)[0];

    /// <summary>Number of the row's group, where there is a <see cref="GroupColumns"/>: equal for equal values.</summary>
    public int Group(int row) => _groups[row];

    internal void Add(in SequenceView sequence, ReadOnlySpan<float> label, float weight, int group = 0)
    {
        if (sequence.Static.Length != StaticFeatures)
            throw Contracts.Except($"A row has {sequence.Static.Length} static values, where {StaticFeatures} were expected.");
        int head = 1 + label.Length + StaticFeatures;
        if (_head.Length < head)
            _head = new float[Math.Max(head, 2 * _head.Length)];
        _head[0] = weight;
        label.CopyTo(_head.AsSpan(1));
        sequence.Static.CopyTo(_head.AsSpan(1 + label.Length));
        // Token ids are stored as the bits of floats: they are only copied, never computed with.
        ReadOnlySpan<float> values = UsesTokens ? MemoryMarshal.Cast<int, float>(sequence.Tokens) : sequence.Steps;
        _places.Add(_pages.Append(_head.AsSpan(0, head), values));
        _lengths.Add(sequence.Length);
        _hashes.Add(HashOf(values, sequence.Static));
        if (GroupColumns is not null)
            _groups.Add(group);
        _pages.CountBeside(_places.Bytes + _lengths.Bytes + _hashes.Bytes + _groups.Bytes + GroupValueBytes);
    }

    private static int HashOf(ReadOnlySpan<float> values, ReadOnlySpan<float> statics)
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(statics));
        hash.AddBytes(MemoryMarshal.AsBytes(values));
        return hash.ToHashCode();
    }

    private int Labels(int row) => HasLabelsPerStep ? _lengths[row] * LabelWidth : LabelWidth;

    /// <summary>Ends the writing after the last row: all rows can be read from now on, and none can be added.</summary>
    internal void Seal() => _pages.Seal();

    /// <summary>Deletes the file, where there is one.</summary>
    public void Dispose() => _pages.Dispose();
}

/// <summary>Rows left out of training, by the first reason found.</summary>
internal readonly record struct SkippedRows(long BadFeatures, long BadLabel, long BadWeight, long Empty)
{
    public long Total => BadFeatures + BadLabel + BadWeight + Empty;
}
