using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Fills batches from a store: standardised, padded, time-major.</summary>
internal sealed class BatchAssembler(SequenceStore store, FeatureScaling? features, FeatureScaling? labels)
{
    /// <summary>Replaces what the batch holds by the given rows, reusing its arrays where they are long enough.</summary>
    public void Fill(SequenceBatch batch, ReadOnlySpan<int> rows)
    {
        Size(batch, rows);
        for (int b = 0; b < rows.Length; b++)
        {
            SequenceView sequence = store.View(rows[b]);
            if (store.UsesTokens)
                PlaceTokens(batch, b, sequence.Tokens);
            else
                PlaceSteps(batch, b, sequence.Steps);
            if (store.HasLabelsPerStep)
            {
                PlaceStepLabels(batch, b, store.Label(rows[b]), store.Weight(rows[b]));
                continue;
            }
            PlaceLabel(batch, b, store.Label(rows[b]));
            batch.Weights[b] = store.Weight(rows[b]);
        }
    }

    private void Size(SequenceBatch batch, ReadOnlySpan<int> rows)
    {
        batch.Count = rows.Length;
        batch.Features = store.Features;
        batch.LabelWidth = store.LabelWidth;
        batch.HasLabelsPerStep = store.HasLabelsPerStep;
        batch.MaxLength = 1;
        Clear(ref batch.Lengths, rows.Length);
        for (int b = 0; b < rows.Length; b++)
        {
            batch.Lengths[b] = store.Length(rows[b]);
            batch.MaxLength = Math.Max(batch.MaxLength, batch.Lengths[b]);
        }
        int cells = PaddedSize(rows.Length, batch.MaxLength);
        Clear(ref batch.Steps, cells * store.Features);
        Clear(ref batch.Tokens, store.UsesTokens ? cells : 0);
        Clear(ref batch.Labels, batch.Items * store.LabelWidth);
        Clear(ref batch.Weights, batch.Items);
    }

    // T * B, checked to fit an array with F values each.
    private int PaddedSize(int rows, int steps)
    {
        long cells = (long)rows * steps;
        if (cells * Math.Max(1, store.Features) > Array.MaxLength)
            throw Contracts.Except($"A batch of {rows} rows, padded to {steps} steps of {Math.Max(1, store.Features)} values, is too large for memory: set a smaller BatchSize.");
        return (int)cells;
    }

    private void PlaceSteps(SequenceBatch batch, int b, ReadOnlySpan<float> steps)
    {
        int width = store.Features;
        for (int t = 0; t * width < steps.Length; t++)
        {
            Span<float> target = batch.Steps.AsSpan((t * batch.Count + b) * width, width);
            Standardise(steps.Slice(t * width, width), target, features);
        }
    }

    private static void PlaceTokens(SequenceBatch batch, int b, ReadOnlySpan<int> tokens)
    {
        for (int t = 0; t < tokens.Length; t++)
            batch.Tokens[t * batch.Count + b] = tokens[t];
    }

    private void PlaceLabel(SequenceBatch batch, int b, ReadOnlySpan<float> label) =>
        Standardise(label, batch.Labels.AsSpan(b * store.LabelWidth, store.LabelWidth), labels);

    private static void PlaceStepLabels(SequenceBatch batch, int b, ReadOnlySpan<float> classes, float weight)
    {
        for (int t = 0; t < classes.Length; t++)
            if (classes[t] != StepClassesReader.Missing)
                (batch.Labels[t * batch.Count + b], batch.Weights[t * batch.Count + b]) = (classes[t], weight);
    }

    private static void Standardise(ReadOnlySpan<float> values, Span<float> target, FeatureScaling? scaling)
    {
        if (scaling is null)
            values.CopyTo(target);
        else
            for (int i = 0; i < values.Length; i++)
                target[i] = (values[i] - scaling.Mean[i]) / scaling.Deviation[i];
    }

    private static void Clear<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
        else
            Array.Clear(array, 0, length);
    }
}
