using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Some rows of a batch, longest first, or a segment of their steps. Reused.</summary>
internal sealed class MicroBatch
{
    private int[] _rows = [];
    private int[] _active = [];

    /// <summary>Steps of the batch that the recurrent layers read as one.</summary>
    public int StepStride { get; private set; } = 1;

    public MiniBatch Batch { get; private set; } = new();

    /// <summary>n, rows.</summary>
    public int Count { get; private set; }

    /// <summary>T, steps of the longest row.</summary>
    public int Steps { get; private set; }

    /// <summary>Index of the segment; 0 for whole rows.</summary>
    public int Segment { get; private set; }

    /// <summary>The rows' steps before the segment; 0 for whole rows. All other numbers of steps are counted from here.</summary>
    public int First { get; private set; }

    /// <summary>[T] active rows of each step: the first ones.</summary>
    public int[] ActiveRows => _active;

    /// <summary>Takes every n-th row of a batch, from a first one on.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="longestFirst">Its rows, longest first.</param>
    /// <param name="first">Index of the micro-batch.</param>
    /// <param name="every">Number of micro-batches: their rows then have similar lengths.</param>
    /// <param name="stepStride">Steps of the batch that the recurrent layers read as one.</param>
    public void Take(MiniBatch batch, ReadOnlySpan<int> longestFirst, int first, int every, int stepStride = 1)
    {
        (Batch, StepStride) = (batch, stepStride);
        Count = (longestFirst.Length - first + every - 1) / every;
        if (_rows.Length < Count)
            _rows = new int[Count];
        for (int i = 0; i < Count; i++)
            _rows[i] = longestFirst[first + i * every];
        Steps = RowLength(0);
        if (_active.Length < Steps)
            _active = new int[Steps];
        int active = Count;
        for (int step = 0; step < Steps; step++)
        {
            while (Length(active - 1) <= step)
                active--;
            _active[step] = active;
        }
    }

    /// <summary>Takes a segment of another micro-batch's steps, of all its rows: those that have ended have no steps in it.</summary>
    /// <param name="whole">The micro-batch, of whole rows.</param>
    /// <param name="segment">Index of the segment.</param>
    /// <param name="steps">Steps of a segment; the last one may have fewer.</param>
    public void TakeSegment(MicroBatch whole, int segment, int steps)
    {
        (Batch, Count, Segment, First) = (whole.Batch, whole.Count, segment, segment * steps);
        Steps = Math.Min(steps, whole.Steps - First);
        StepStride = whole.StepStride;
        Copy(whole._rows.AsSpan(0, Count), ref _rows);
        Copy(whole._active.AsSpan(First, Steps), ref _active);

        static void Copy(ReadOnlySpan<int> from, ref int[] to)
        {
            if (to.Length < from.Length)
                to = new int[from.Length];
            from.CopyTo(to);
        }
    }

    /// <summary>The row's index in the batch.</summary>
    public int Row(int row) => _rows[row];

    /// <summary>Steps of the row, in a segment those in it.</summary>
    public int Length(int row) => Math.Clamp(RowLength(row) - First, 0, Steps);

    /// <summary>Steps of the whole row.</summary>
    public int RowLength(int row) => (Batch.Lengths[_rows[row]] + StepStride - 1) / StepStride;

    /// <summary>Steps of the row in the batch, of which <see cref="StepStride"/> are one of <see cref="Length"/>; without a stride
    /// those of the segment.</summary>
    public int InputLength(int row) => StepStride == 1 ? Length(row) : Batch.Lengths[_rows[row]];

    /// <summary>Copies a row's steps to positions <paramref name="stride"/> apart.</summary>
    /// <param name="row">The row.</param>
    /// <param name="target">Destination of its first step.</param>
    /// <param name="stride">Elements from one step to the next there.</param>
    /// <param name="state">The encoder's state before them, updated: <see cref="StoredSteps.StateSize"/>.</param>
    /// <param name="scratch">As in <see cref="StoredSteps.Read(int, int, int, int, Span{float}, ref float[])"/>.</param>
    public void CopySteps(int row, Span<float> target, int stride, Span<float> state, ref float[] scratch)
    {
        int width = Batch.Features,
            b = _rows[row],
            length = InputLength(row);
        if (length == 0)
            return;
        if (Batch.Stored is null)
            StepCopy.Run(Batch.Steps.AsSpan((First * Batch.Count + b) * width), Batch.Count * width, target, stride, width, length);
        else
            StepCopy.Run(
                Batch.Stored.Read(Batch.StoreRows[b], Batch.Epoch, First, length, state, ref scratch),
                width,
                target,
                stride,
                width,
                length
            );
    }

    /// <summary>The row's static features.</summary>
    public ReadOnlySpan<float> StaticInputs(int row, int size) => Batch.StaticInputs.AsSpan(_rows[row] * size, size);

    /// <summary>The channel of the row, for a decoder or a cycle.</summary>
    public int Channel(int row) => Batch.Channels[_rows[row]];

    /// <summary>The position in the network's cycle of the step after the row's window.</summary>
    public int Phase(int row) => Batch.Phases[_rows[row]];

    public int Token(int step, int row) => Batch.Tokens[(First + step) * Batch.Count + _rows[row]];

    /// <summary>[W] the codes of the characters of a step's word.</summary>
    public ReadOnlySpan<int> Characters(int step, int row) =>
        Batch.Characters.AsSpan(((First + step) * Batch.Count + _rows[row]) * WordCharacters.Length, WordCharacters.Length);

    /// <summary>Index, among the batch's labels, weights and outputs, of the row, or, where each step has its own, of the step.</summary>
    public int Item(int step, int row) => Batch.HasLabelsPerStep ? (First + step) * Batch.Count + _rows[row] : _rows[row];

    public ReadOnlySpan<float> Label(int step, int row) => Batch.Labels.AsSpan(Item(step, row) * Batch.LabelWidth, Batch.LabelWidth);

    public float Weight(int step, int row) => Batch.Weights[Item(step, row)];
}
