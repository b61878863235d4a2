using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>The values of a store's rows, encoded as they are read, by any number of threads at a time.</summary>
internal sealed class StoredSteps(SequenceStore store, InputEncoder? encoder)
{
    /// <summary>A row's encoded values, [T, <see cref="InputEncoder.StepWidth"/>].</summary>
    /// <param name="row">The row of the store.</param>
    /// <param name="scratch">The reader's own memory, which may hold the result; enlarged where it is too small.</param>
    public ReadOnlySpan<float> Read(int row, ref float[] scratch)
    {
        SequenceView sequence = store.View(row);
        if (encoder is null || encoder.LeavesStepsUnchanged)
            return sequence.Steps;
        int length = sequence.Length * encoder.StepWidth;
        if (scratch.Length < length)
            scratch = new float[length];
        Span<float> encoded = scratch.AsSpan(0, length);
        encoder.Encode(sequence, encoded);
        return encoded;
    }
}
