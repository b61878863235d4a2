using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Some rows of a batch, longest first. Reused.</summary>
internal sealed class MicroBatch
{
    private int[] _rows = [];

    public MiniBatch Batch { get; private set; } = new();

    /// <summary>n, rows.</summary>
    public int Count { get; private set; }

    /// <summary>T, steps of the longest row.</summary>
    public int Steps { get; private set; }

    /// <summary>[T] active rows of each step: the first ones.</summary>
    public int[] ActiveRows { get; private set; } = [];

    /// <summary>Takes every n-th row of a batch, from a first one on.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="longestFirst">Its rows, longest first.</param>
    /// <param name="first">Index of the micro-batch.</param>
    /// <param name="every">Number of micro-batches: their rows then have similar lengths.</param>
    public void Take(MiniBatch batch, ReadOnlySpan<int> longestFirst, int first, int every)
    {
        Batch = batch;
        Count = (longestFirst.Length - first + every - 1) / every;
        if (_rows.Length < Count)
            _rows = new int[Count];
        for (int i = 0; i < Count; i++)
            _rows[i] = longestFirst[first + i * every];
        Steps = Length(0);
        if (ActiveRows.Length < Steps)
            ActiveRows = new int[Steps];
        int active = Count;
        for (int step = 0; step < Steps; step++)
        {
            while (Length(active - 1) <= step)
                active--;
            ActiveRows[step] = active;
        }
    }

    /// <summary>The row's index in the batch.</summary>
    public int Row(int row) => _rows[row];

    public int Length(int row) => Batch.Lengths[_rows[row]];

    /// <summary>Copies a row's steps to positions <paramref name="stride"/> apart.</summary>
    /// <param name="row">The row.</param>
    /// <param name="target">Destination of its first step.</param>
    /// <param name="stride">Elements from one step to the next there.</param>
    /// <param name="scratch">As in <see cref="StoredSteps.Read"/>.</param>
    public void CopySteps(int row, Span<float> target, int stride, ref float[] scratch)
    {
        int width = Batch.Features,
            b = _rows[row];
        if (Batch.Stored is null)
            StepCopy.Run(Batch.Steps.AsSpan(b * width), Batch.Count * width, target, stride, width, Length(row));
        else
            StepCopy.Run(Batch.Stored.Read(Batch.StoreRows[b], ref scratch), width, target, stride, width, Length(row));
    }

    /// <summary>The row's static features.</summary>
    public ReadOnlySpan<float> StaticInputs(int row, int size) => Batch.StaticInputs.AsSpan(_rows[row] * size, size);

    /// <summary>The decoder channel of the row.</summary>
    public int Channel(int row) => Batch.Channels[_rows[row]];

    public int Token(int step, int row) => Batch.Tokens[step * Batch.Count + _rows[row]];

    /// <summary>Index, among the batch's labels, weights and outputs, of the row, or, where each step has its own, of the step.</summary>
    public int Item(int step, int row) => Batch.HasLabelsPerStep ? step * Batch.Count + _rows[row] : _rows[row];

    public ReadOnlySpan<float> Label(int step, int row) => Batch.Labels.AsSpan(Item(step, row) * Batch.LabelWidth, Batch.LabelWidth);

    public float Weight(int step, int row) => Batch.Weights[Item(step, row)];
}
