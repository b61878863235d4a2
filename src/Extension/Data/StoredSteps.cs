using System.Buffers;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>The values of a store's rows, augmented and encoded as they are read, by any number of threads at a time.</summary>
/// <param name="store">The rows.</param>
/// <param name="encoder">Encodes their steps; null for none.</param>
/// <param name="augmentation">Changes rows for training; null for none.</param>
internal sealed class StoredSteps(SequenceStore store, InputEncoder? encoder, RowAugmentation? augmentation = null)
{
    /// <summary>Number of the encoder's state between a row's steps, all 0 before the first.</summary>
    public int StateSize => encoder?.StateSize ?? 0;

    /// <summary>A row's encoded values, [T, <see cref="InputEncoder.StepWidth"/>].</summary>
    /// <param name="row">The row of the store.</param>
    /// <param name="epoch">The epoch, on which the augmentation depends.</param>
    /// <param name="scratch">The reader's own memory, which may hold the result; enlarged where it is too small.</param>
    public ReadOnlySpan<float> Read(int row, int epoch, ref float[] scratch)
    {
        if (StateSize == 0)
            return Read(row, epoch, 0, store.Length(row), [], ref scratch);
        float[] state = ArrayPool<float>.Shared.Rent(StateSize);
        state.AsSpan(0, StateSize).Clear();
        ReadOnlySpan<float> encoded = Read(row, epoch, 0, store.Length(row), state.AsSpan(0, StateSize), ref scratch);
        ArrayPool<float>.Shared.Return(state);
        return encoded;
    }

    /// <summary>The encoded values of some of a row's steps.</summary>
    /// <param name="row">The row of the store.</param>
    /// <param name="epoch">The epoch, on which the augmentation depends.</param>
    /// <param name="first">The first step.</param>
    /// <param name="count">Number of steps.</param>
    /// <param name="state">[<see cref="StateSize"/>] the encoder's state before the first; updated.</param>
    /// <param name="scratch">The reader's own memory, which may hold the result; enlarged where it is too small.</param>
    public ReadOnlySpan<float> Read(int row, int epoch, int first, int count, Span<float> state, ref float[] scratch)
    {
        if (augmentation is not null)
            return ReadAugmented(augmentation, row, epoch, first, count, state, ref scratch);
        SequenceView sequence = store.View(row).Slice(first, count);
        if (encoder is null || encoder.LeavesStepsUnchanged)
            return sequence.Steps;
        int length = count * encoder.StepWidth;
        if (scratch.Length < length)
            scratch = new float[length];
        Span<float> encoded = scratch.AsSpan(0, length);
        encoder.Encode(sequence, encoded, state);
        return encoded;
    }

    private ReadOnlySpan<float> ReadAugmented(
        RowAugmentation changes,
        int row,
        int epoch,
        int first,
        int count,
        Span<float> state,
        ref float[] scratch
    )
    {
        SequenceView whole = store.View(row),
            sequence = whole.Slice(first, count);
        int length = count * (encoder?.StepWidth ?? store.Features),
            values = sequence.Steps.Length;
        if (scratch.Length < length + values)
            scratch = new float[length + values];
        RowRandom random = changes.RandomOf(epoch, row);
        if (changes.ChangesTime)
        {
            Span<float> read = scratch.AsSpan(length, values);
            changes.ReadAtOtherTimes(whole, first, random, read);
            sequence = SequenceView.OfSteps(read, store.Features).WithStatic(whole.Static);
        }
        Span<float> encoded = scratch.AsSpan(0, length);
        if (encoder is null)
            sequence.Steps.CopyTo(encoded);
        else
            encoder.Encode(sequence, encoded, state);
        changes.ChangeValues(sequence.Steps, first, random, encoded);
        return encoded;
    }
}
