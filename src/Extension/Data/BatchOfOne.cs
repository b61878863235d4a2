using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>One row as a batch, for an engine that takes only batches.</summary>
internal static class BatchOfOne
{
    /// <summary>Replaces the batch's contents by one row, encoded and without labels.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="sequence">The row.</param>
    /// <param name="features">Values of an encoded step; 0 for tokens.</param>
    /// <param name="encoder">Encodes the row; null for none.</param>
    public static void Fill(MiniBatch batch, in SequenceView sequence, int features, InputEncoder? encoder)
    {
        batch.Count = 1;
        batch.Features = features;
        batch.StaticInputs = Padded(sequence.Static, least: 0);
        if (batch.StaticInputs.Length > 0)
            encoder?.EncodeStatic(sequence.Static, batch.StaticInputs);
        batch.MaxLength = Math.Max(1, sequence.Length);
        batch.Lengths = [sequence.Length];
        batch.Tokens = features == 0 ? Padded(sequence.Tokens) : [];
        batch.Steps = features > 0 ? new float[Math.Max(1, sequence.Length) * features] : [];
        if (features == 0)
            return;
        if (encoder is null)
            sequence.Steps.CopyTo(batch.Steps);
        else
            encoder.Encode(sequence, batch.Steps.AsSpan(0, sequence.Length * features));
    }

    private static T[] Padded<T>(ReadOnlySpan<T> values, int least = 1)
    {
        var padded = new T[Math.Max(least, values.Length)];
        values.CopyTo(padded);
        return padded;
    }
}
