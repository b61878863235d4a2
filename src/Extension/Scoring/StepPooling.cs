using System.Numerics.Tensors;
using RnnMlNet.Networks;

namespace RnnMlNet.Scoring;

/// <summary>Mean and maximum over the steps of a row, behind the place of the last state in the pooled vector [last | mean | max].</summary>
internal static class StepPooling
{
    /// <summary>Pools a row's states, [T, H x directions]; of no steps, zeros.</summary>
    public static void Row(NetworkShape shape, ReadOnlySpan<float> states, Span<float> pooled)
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
