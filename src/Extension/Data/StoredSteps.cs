using System.Buffers;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>The values of a store's rows, encoded as they are read, by any number of threads at a time.</summary>
internal sealed class StoredSteps(SequenceStore store, InputEncoder? encoder)
{
    /// <summary>Number of the encoder's state between a row's steps, all 0 before the first.</summary>
    public int StateSize => encoder?.StateSize ?? 0;

    /// <summary>A row's encoded values, [T, <see cref="InputEncoder.StepWidth"/>].</summary>
    /// <param name="row">The row of the store.</param>
    /// <param name="scratch">The reader's own memory, which may hold the result; enlarged where it is too small.</param>
    public ReadOnlySpan<float> Read(int row, ref float[] scratch)
    {
        if (StateSize == 0)
            return Read(row, 0, store.Length(row), [], ref scratch);
        float[] state = ArrayPool<float>.Shared.Rent(StateSize);
        state.AsSpan(0, StateSize).Clear();
        ReadOnlySpan<float> encoded = Read(row, 0, store.Length(row), state.AsSpan(0, StateSize), ref scratch);
        ArrayPool<float>.Shared.Return(state);
        return encoded;
    }

    /// <summary>The encoded values of some of a row's steps.</summary>
    /// <param name="row">The row of the store.</param>
    /// <param name="first">The first step.</param>
    /// <param name="count">Number of steps.</param>
    /// <param name="state">[<see cref="StateSize"/>] the encoder's state before the first; updated.</param>
    /// <param name="scratch">The reader's own memory, which may hold the result; enlarged where it is too small.</param>
    public ReadOnlySpan<float> Read(int row, int first, int count, Span<float> state, ref float[] scratch)
    {
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
}
