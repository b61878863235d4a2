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
    /// <param name="tokenWidth">Values of a step of tokens.</param>
    public static void Fill(MiniBatch batch, in SequenceView sequence, int features, InputEncoder? encoder, int tokenWidth = 1)
    {
        batch.Count = 1;
        batch.Features = features;
        batch.StaticInputs = sequence.Static.ToArray();
        if (batch.StaticInputs.Length > 0)
            encoder?.EncodeStatic(sequence.Static, batch.StaticInputs);
        batch.MaxLength = Math.Max(1, sequence.Length);
        batch.Lengths = [sequence.Length];
        batch.Tokens = features == 0 ? new int[batch.MaxLength] : [];
        batch.Characters = features == 0 ? new int[batch.MaxLength * (tokenWidth - 1)] : [];
        batch.Steps = features > 0 ? new float[Math.Max(1, sequence.Length) * features] : [];
        if (features == 0)
        {
            batch.PlaceTokens(0, sequence);
            return;
        }
        if (encoder is null)
            sequence.Steps.CopyTo(batch.Steps);
        else
            encoder.Encode(sequence, batch.Steps.AsSpan(0, sequence.Length * features));
    }
}
