using System.Numerics.Tensors;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Mean and maximum over the steps of a row or of a series, after the last state in the pooled vector [last | mean | max | attention].
/// </summary>
internal static class StepPooling
{
    /// <summary>Pools a row's states, [T, H x directions]; zeros without steps.</summary>
    public static void Row(NetworkShape shape, ReadOnlySpan<float> states, Span<float> pooled, AttentionPooling? attention)
    {
        int width = shape.HiddenSize * shape.Directions;
        Span<float> target = pooled[((shape.Pooling & Pooling.Last) != 0 ? width : 0)..];
        if ((shape.Pooling & Pooling.Mean) != 0)
        {
            Mean(states, target[..width]);
            target = target[width..];
        }
        if ((shape.Pooling & Pooling.Max) != 0)
            Max(states, target[..width]);
        attention?.Row(states, pooled[^width..]);
    }

    /// <summary>Adds a step of a series.</summary>
    /// <param name="state">[H] the step's state.</param>
    /// <param name="before">Steps before it.</param>
    /// <param name="sums">[H] sum over the steps; empty without mean pooling.</param>
    /// <param name="max">[H] maximum over the steps; empty without max pooling.</param>
    public static void Add(ReadOnlySpan<float> state, long before, Span<double> sums, Span<float> max)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += state[i];
        if (before == 0)
            state[..max.Length].CopyTo(max);
        else if (max.Length > 0)
            TensorPrimitives.Max(max, state, max);
    }

    /// <summary>
    /// Pools the steps of a series so far, [last | mean | max], followed by attention (<see cref="AttentionPooling.SoFar"/>); zeros without
    /// any.
    /// </summary>
    public static void SoFar(
        NetworkShape shape,
        ReadOnlySpan<float> last,
        long steps,
        ReadOnlySpan<double> sums,
        ReadOnlySpan<float> max,
        Span<float> pooled
    )
    {
        if ((shape.Pooling & Pooling.Last) != 0)
        {
            last.CopyTo(pooled);
            pooled = pooled[last.Length..];
        }
        for (int i = 0; i < sums.Length; i++)
            pooled[i] = (float)(sums[i] / Math.Max(1, steps));
        max.CopyTo(pooled[sums.Length..]);
    }

    private static void Mean(ReadOnlySpan<float> states, Span<float> mean)
    {
        mean.Clear();
        for (int at = 0; at < states.Length; at += mean.Length)
            TensorPrimitives.Add(mean, states.Slice(at, mean.Length), mean);
        if (states.Length > 0)
            TensorPrimitives.Divide(mean, states.Length / mean.Length, mean);
    }

    private static void Max(ReadOnlySpan<float> states, Span<float> max)
    {
        max.Clear();
        if (states.Length > 0)
            states[..max.Length].CopyTo(max);
        for (int at = max.Length; at < states.Length; at += max.Length)
            TensorPrimitives.Max(max, states.Slice(at, max.Length), max);
    }
}
