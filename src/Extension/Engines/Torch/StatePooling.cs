using RnnMlNet.Engines.Torch.Cells;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Pools the last layer's states to one vector a row, from valid steps only.</summary>
internal static class StatePooling
{
    /// <param name="pooling">The kinds to concatenate, in the order last, mean, max, attention.</param>
    /// <param name="states">[T, B, N].</param>
    /// <param name="final">[B, N].</param>
    /// <param name="valid">Which steps are valid; null where all are.</param>
    /// <param name="attention">[1, N] the weights of attention; null for none.</param>
    /// <returns>[B, N x kinds].</returns>
    public static Tensor Pool(Pooling pooling, Tensor states, Tensor final, ValidSteps? valid, Tensor? attention = null)
    {
        var parts = new List<Tensor>();
        if (pooling.HasFlag(Pooling.Last))
            parts.Add(final);
        if (pooling.HasFlag(Pooling.Mean))
            parts.Add(valid is null ? states.mean([0]) : valid.Zeroed(states).sum([0]) / valid.Counts);
        if (pooling.HasFlag(Pooling.Max))
            parts.Add(Max(states, valid));
        if (pooling.HasFlag(Pooling.Attention))
            parts.Add(Attention(states, valid, attention!));
        return parts.Count == 1 ? parts[0] : cat(parts, 1);
    }

    private static Tensor Max(Tensor states, ValidSteps? valid)
    {
        if (valid is null)
            return states.max(0).values;
        Tensor max = states.masked_fill(valid.Mask.logical_not().unsqueeze(2), Scalars.MinusInfinity).max(0).values;
        // A row without steps has no maximum: zero, as its state.
        return max.masked_fill(max.isneginf(), Scalars.Zero);
    }

    private static Tensor Attention(Tensor states, ValidSteps? valid, Tensor weights)
    {
        Tensor scores = states.tanh().matmul(weights.reshape(-1));
        if (valid is not null)
        {
            // Not minus infinity, whose softmax over a row without steps is NaN; so it is a mean of zeros.
            scores = scores.masked_fill(valid.Mask.logical_not(), Scalars.Lowest);
            states = valid.Zeroed(states);
        }
        return (states * scores.softmax(0).unsqueeze(2)).sum([0]);
    }
}
