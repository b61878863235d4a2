using System.Numerics.Tensors;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>Fills batches from a store: standardised, padded, time-major.</summary>
/// <param name="store">The rows.</param>
/// <param name="encoder">Encodes their steps and static values; null for none.</param>
/// <param name="labels">Standardises targets; null for none.</param>
/// <param name="augmentation">For training, changes numeric rows at random; null for none.</param>
internal sealed class BatchAssembler(
    SequenceStore store,
    InputEncoder? encoder,
    FeatureScaling? labels,
    RowAugmentation? augmentation = null
)
{
    private readonly StoredSteps _steps = new(store, encoder, augmentation);
    private readonly int _features = encoder?.StepWidth ?? store.Features;

    // A row's standardised sequence: scaling runs over the whole row before its steps are scattered into the batch.
    private float[] _row = [];

    /// <summary>[classes] factor of a row's or a step's weight; for label sets, of the loss of the labels that a row has; null for
    /// none.</summary>
    public float[]? ClassWeights { get; init; }

    /// <summary>Whether rows' values stay in the store, from which an engine reads them itself: <see cref="MiniBatch.Stored"/>.</summary>
    public bool LeavesStepsInStore { get; init; }

    /// <summary>Replaces the batch's contents by the given rows, reusing its arrays where they are long enough.</summary>
    public void Fill(MiniBatch batch, ReadOnlySpan<int> rows)
    {
        Size(batch, rows);
        for (int b = 0; b < rows.Length; b++)
        {
            if (store.UsesTokens)
                batch.PlaceTokens(b, store.View(rows[b]));
            else if (!LeavesStepsInStore)
                PlaceSteps(batch, b, rows[b]);
            if (store.StaticFeatures > 0)
                PlaceStatics(batch, b, store.View(rows[b]).Static);
            if (store.HasLabelsPerStep)
                PlaceStepLabels(batch, b, store.Label(rows[b]), store.Weight(rows[b]));
            else
                PlaceLabel(batch, b, store.Label(rows[b]), store.Weight(rows[b]));
        }
    }

    private void Size(MiniBatch batch, ReadOnlySpan<int> rows)
    {
        batch.Count = rows.Length;
        batch.Features = _features;
        batch.LabelWidth = store.LabelWidth;
        batch.HasLabelsPerStep = store.HasLabelsPerStep;
        batch.MaxLength = 1;
        Size(ref batch.Lengths, rows.Length);
        for (int b = 0; b < rows.Length; b++)
        {
            batch.Lengths[b] = store.Length(rows[b]);
            batch.MaxLength = Math.Max(batch.MaxLength, batch.Lengths[b]);
        }
        int cells = PaddedSize(rows.Length, batch.MaxLength);
        batch.Stored = LeavesStepsInStore ? _steps : null;
        if (LeavesStepsInStore)
            Name(batch, rows);
        else
            Size(ref batch.Steps, cells * _features);
        Size(ref batch.StaticInputs, rows.Length * store.StaticFeatures);
        Size(ref batch.Tokens, store.UsesTokens ? cells : 0);
        Size(ref batch.Characters, cells * (store.TokenWidth - 1));
        Size(ref batch.Labels, batch.Items * store.LabelWidth);
        Size(ref batch.Weights, batch.Items);
        // The weight stays 0 at steps that a row does not have, or that have no label.
        if (batch.HasLabelsPerStep)
        {
            Array.Clear(batch.Labels);
            Array.Clear(batch.Weights);
        }
    }

    // T * B, checked to fit an array with so many values each: of steps that are copied, and of labels.
    private int PaddedSize(int rows, int steps)
    {
        long cells = (long)rows * steps;
        int values = Math.Max(
            LeavesStepsInStore ? store.TokenWidth : Math.Max(store.TokenWidth, _features),
            store.HasLabelsPerStep ? store.LabelWidth : 1
        );
        if (cells * values > Array.MaxLength)
            throw Contracts.Except(
                $"A batch of {rows} rows, padded to {steps} steps of {values} values, is too large for memory: set "
                    + $"a smaller BatchSize."
            );
        return (int)cells;
    }

    private static void Name(MiniBatch batch, ReadOnlySpan<int> rows)
    {
        Size(ref batch.StoreRows, rows.Length);
        rows.CopyTo(batch.StoreRows);
    }

    private void PlaceSteps(MiniBatch batch, int b, int row)
    {
        int width = _features,
            stride = batch.Count * width;
        Span<float> target = batch.Steps.AsSpan(b * width);
        StepCopy.Run(_steps.Read(row, batch.Epoch, ref _row), width, target, stride, width, batch.Lengths[b]);
        for (int t = batch.Lengths[b]; t < batch.MaxLength; t++)
            target.Slice(t * stride, width).Clear();
    }

    private void PlaceStatics(MiniBatch batch, int b, ReadOnlySpan<float> values)
    {
        Span<float> target = batch.StaticInputs.AsSpan(b * values.Length, values.Length);
        if (encoder is null)
            values.CopyTo(target);
        else
            encoder.EncodeStatic(values, target);
    }

    private void PlaceStepLabels(MiniBatch batch, int b, ReadOnlySpan<float> labels, float weight)
    {
        for (int item = b; labels.Length > 0; item += batch.Count, labels = labels[store.LabelWidth..])
            if (labels[0] != StepClassesReader.Missing)
                PlaceLabel(batch, item, labels[..store.LabelWidth], weight);
    }

    private void PlaceLabel(MiniBatch batch, int item, ReadOnlySpan<float> label, float weight)
    {
        batch.Weights[item] = weight * (store.HasLabelSets ? 1 : ClassWeight(label[0]));
        Span<float> target = batch.Labels.AsSpan(item * store.LabelWidth, store.LabelWidth);
        for (int i = 0; i < label.Length; i++)
            target[i] = labels is null ? label[i] : (label[i] - labels.Mean[i]) / labels.Deviation[i];
        // A label that the row has is its weight: MultiLabelLoss.
        if (store.HasLabelSets && ClassWeights is not null)
            TensorPrimitives.Multiply(target, ClassWeights, target);
    }

    private float ClassWeight(float label) => ClassWeights is null ? 1 : ClassWeights[(int)label];

    private static void Size<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
    }
}
