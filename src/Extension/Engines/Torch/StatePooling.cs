using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>The last layer's states as one vector a row, from valid steps only.</summary>
internal static class StatePooling
{
    /// <param name="pooling">What is concatenated, in the order last, mean, max.</param>
    /// <param name="states">[T, B, N].</param>
    /// <param name="final">[B, N].</param>
    /// <param name="valid">Which steps are valid; null where all are.</param>
    /// <returns>[B, N x kinds].</returns>
    public static Tensor Pool(Pooling pooling, Tensor states, Tensor final, ValidSteps? valid)
    {
        var parts = new List<Tensor>();
        if (pooling.HasFlag(Pooling.Last))
            parts.Add(final);
        if (pooling.HasFlag(Pooling.Mean))
            parts.Add(valid is null ? states.mean([0]) : valid.Zeroed(states).sum([0]) / valid.Counts);
        if (pooling.HasFlag(Pooling.Max))
            parts.Add(Max(states, valid));
        return parts.Count == 1 ? parts[0] : cat(parts, 1);
    }

    private static Tensor Max(Tensor states, ValidSteps? valid)
    {
        if (valid is null)
            return states.max(0).values;
        Tensor max = states.masked_fill(valid.Mask.logical_not().unsqueeze(2), Scalars.MinusInfinity).max(0).values;
        // A row without steps has no maximum: zero, as its state is.
        return max.masked_fill(max.isneginf(), Scalars.Zero);
    }
}
