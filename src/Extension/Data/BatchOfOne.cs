using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>One row as a batch, for an engine that takes only batches.</summary>
internal static class BatchOfOne
{
    /// <summary>Replaces the batch's contents by one sequence, standardised and without labels.</summary>
    public static void Fill(MiniBatch batch, in SequenceView sequence, int features, FeatureScaling? scaling)
    {
        batch.Count = 1;
        batch.Features = features;
        batch.MaxLength = Math.Max(1, sequence.Length);
        batch.Lengths = [sequence.Length];
        batch.Tokens = features == 0 ? Padded(sequence.Tokens) : [];
        batch.Steps = features > 0 ? Padded(sequence.Steps, features) : [];
        if (scaling is not null)
            for (int i = 0; i < sequence.Steps.Length; i++)
                batch.Steps[i] = (batch.Steps[i] - scaling.Mean[i % features]) / scaling.Deviation[i % features];
    }

    private static T[] Padded<T>(ReadOnlySpan<T> values, int least = 1)
    {
        var padded = new T[Math.Max(least, values.Length)];
        values.CopyTo(padded);
        return padded;
    }
}
