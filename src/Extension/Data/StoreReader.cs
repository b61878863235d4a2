using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>The single pass over an IDataView that fills a store.</summary>
internal sealed class StoreReader(
    IHost host,
    IDataView data,
    SequenceBinding sequence,
    LabelBinding label,
    string? weightColumn,
    GroupColumns? groupColumns,
    CancellationToken cancellation
)
{
    private const int RowsBetweenChecks = 256;
    private long _rows,
        _badFeatures,
        _badLabel,
        _badWeight,
        _empty;

    /// <summary>
    /// Reads every row once, with only the needed columns active; rows that cannot be trained on are counted and logged as a warning.
    /// </summary>
    /// <exception cref="InvalidOperationException">No row is left, a row's length does not fit, a weight is negative, or a group is
    /// missing.</exception>
    /// <exception cref="IOException">The rows exceed the memory limit, and cannot be written to the file.</exception>
    /// <exception cref="OperationCanceledException">The host or the token is cancelled.</exception>
    public static SequenceStore Read(
        IHost host,
        IDataView data,
        SequenceBinding sequence,
        LabelBinding label,
        string? weightColumn,
        StoreSettings settings,
        CancellationToken cancellation,
        GroupColumns? groupColumns = null
    )
    {
        var pages = new StorePages(settings.MemoryLimit, bytes => StoreFile.Create(host, settings.Directory, bytes));
        var store = new SequenceStore(sequence.StepWidth, label.Width, pages, label.IsPerStep, sequence.Static.Width)
        {
            GroupColumns = groupColumns?.Text,
            HasLabelSets = label.IsSet,
            TokenWidth = sequence.TokenWidth,
        };
        try
        {
            store.Skipped = new StoreReader(host, data, sequence, label, weightColumn, groupColumns, cancellation).ReadInto(store);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private SkippedRows ReadInto(SequenceStore store)
    {
        using IChannel log = host.Start("Reading sequences");
        using var progress = new ReadingProgress(host, log, store, data.GetRowCount(), TimeProvider.System);
        ReadRows(store, progress);
        store.Seal();
        progress.Done(_rows);
        var skipped = new SkippedRows(_badFeatures, _badLabel, _badWeight, _empty);
        Warn(log, skipped);
        CheckSomethingLeft(store, skipped);
        return skipped;
    }

    private void ReadRows(SequenceStore store, ReadingProgress progress)
    {
        DataViewSchema.Column? weight = weightColumn is null ? null : WeightColumn.Bind(host, data.Schema, weightColumn);
        DataViewSchema.Column[] needed =
        [
            .. sequence.AllColumns,
            label.Column,
            .. weight is null ? Array.Empty<DataViewSchema.Column>() : [weight.Value],
            .. groupColumns?.Columns ?? [],
        ];
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        SequenceReader sequences = sequence.Open(cursor);
        LabelReader labels = label.Open(cursor);
        ValueGetter<float>? weights = weight is null ? null : cursor.GetGetter<float>(weight.Value);
        Func<int>? groups = groupColumns?.Open(cursor);
        var labelRoom = new float[label.Width];

        while (cursor.MoveNext())
        {
            if (_rows++ % RowsBetweenChecks == 0)
                CheckIn(progress);
            sequences.Read();
            long labelSize = label.IsPerStep ? (long)sequences.Current.Length * label.Width : label.Width;
            if (labelSize > Array.MaxLength)
                throw host.Except(
                    $"Row {cursor.Position} has {sequences.Current.Length} steps of {label.Width} labels, more than an array holds: cut it "
                        + "into windows."
                );
            Span<float> labelValues = Room(ref labelRoom, (int)labelSize);
            bool hasLabel = labels.TryRead(labelValues);
            float weightValue = Weight(cursor, weights);
            if (!Keep(sequences, hasLabel, weightValue))
                continue;
            int group = groups?.Invoke() ?? 0;
            store.GroupValueBytes = groupColumns?.Numbers.Bytes ?? 0;
            store.Add(sequences.Current, labelValues, weightValue, group);
        }
    }

    private static Span<float> Room(ref float[] values, int length)
    {
        if (values.Length < length)
            values = new float[Math.Max(length, 2 * values.Length)];
        return values.AsSpan(0, length);
    }

    private void CheckIn(ReadingProgress progress)
    {
        host.CheckAlive();
        cancellation.ThrowIfCancellationRequested();
        progress.RowsRead(_rows - 1);
    }

    private bool Keep(SequenceReader sequences, bool hasLabel, float weight)
    {
        if (!sequences.IsFinite)
            _badFeatures++;
        else if (!hasLabel)
            _badLabel++;
        else if (!float.IsFinite(weight))
            _badWeight++;
        else if (sequences.Current.Length == 0)
            _empty++;
        else
            return true;
        return false;
    }

    private float Weight(DataViewRow row, ValueGetter<float>? getter)
    {
        float weight = 1;
        getter?.Invoke(ref weight);
        if (weight < 0 && float.IsFinite(weight))
            throw host.Except($"Row {row.Position} has the weight {weight} in column '{weightColumn}': a weight must be 0 or more.");
        return weight;
    }

    private static void Warn(IChannel log, SkippedRows skipped)
    {
        if (skipped.BadFeatures > 0)
            log.Warning($"Skipped {skipped.BadFeatures} instances with missing features during training");
        if (skipped.BadLabel > 0)
            log.Warning($"Skipped {skipped.BadLabel} instances with missing label during training");
        if (skipped.BadWeight > 0)
            log.Warning($"Skipped {skipped.BadWeight} instances with missing weight during training");
        if (skipped.Empty > 0)
            log.Warning($"Skipped {skipped.Empty} instances with an empty sequence during training");
    }

    private void CheckSomethingLeft(SequenceStore store, SkippedRows skipped)
    {
        if (_rows == 0)
            throw host.Except("No valid training instances found: the data has no rows.");
        if (store.Count == 0)
            throw host.Except(
                $"No valid training instances found: all {_rows} rows were skipped, {skipped.BadFeatures} for "
                    + $"missing or infinite features, "
                    + $"{skipped.BadLabel} for a missing label, {skipped.BadWeight} for a missing weight, "
                    + $"{skipped.Empty} for an empty sequence."
            );
        for (int row = 0; row < store.Count; row++)
            if (store.Weight(row) > 0)
                return;
        throw host.Except($"No valid training instances found: all {store.Count} rows have the weight 0 in column '{weightColumn}'.");
    }
}
