using RnnMlNet.Engines.Torch.Cells;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Torch's part of a pooling: the last layer's states as one vector a row, from valid steps only.</summary>
/// <param name="states">[T, B, D].</param>
/// <param name="final">[B, D].</param>
/// <param name="valid">Which steps are valid; null where all are.</param>
/// <param name="weights">The pooling's weights; null if it has none.</param>
/// <returns>[B, D].</returns>
internal delegate Tensor TorchPooling(Tensor states, Tensor final, ValidSteps? valid, Tensor? weights);

/// <summary>Torch's parts of the poolings, and their registry: the only place that lists them.</summary>
internal static class TorchPoolings
{
    private static readonly Dictionary<Pooling, TorchPooling> _all = new()
    {
        [Pooling.Last] = (_, final, _, _) => final,
        [Pooling.Mean] = (states, _, valid, _) => valid is null ? states.mean([0]) : valid.Zeroed(states).sum([0]) / valid.Counts,
        [Pooling.Max] = (states, _, valid, _) => Max(states, valid),
        [Pooling.Attention] = (states, _, valid, weights) => Attention(states, valid, weights!),
    };

    /// <summary>Torch's part of a pooling.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static TorchPooling Of(Pooling kind) =>
        Find(kind)
        ?? throw new NotSupportedException(
            $"The pooling {kind} cannot be trained or scored by torch: leave Device null, or set it to "
                + $"\"cpu\", with Engine {nameof(EngineKind.Simd)}."
        );

    /// <summary>Torch's part of a pooling; null where it has none.</summary>
    public static TorchPooling? Find(Pooling kind) => _all.GetValueOrDefault(kind);

    private static Tensor Max(Tensor states, ValidSteps? valid)
    {
        if (valid is null)
            return states.max(0).values;
        Tensor max = states.masked_fill(valid.Mask.logical_not().unsqueeze(2), Scalars.MinusInfinity).max(0).values;
        // A row without steps has no maximum: zero, as its state is.
        return max.masked_fill(max.isneginf(), Scalars.Zero);
    }

    private static Tensor Attention(Tensor states, ValidSteps? valid, Tensor weights)
    {
        Tensor scores = states.tanh().matmul(weights.reshape(-1));
        if (valid is not null)
        {
            // Not minus infinity, whose softmax over a row without steps is no number; so it is a mean of zeros.
            scores = scores.masked_fill(valid.Mask.logical_not(), Scalars.Lowest);
            states = valid.Zeroed(states);
        }
        return (states * scores.softmax(0).unsqueeze(2)).sum([0]);
    }
}

/// <summary>A network's poolings on torch, one vector behind the other.</summary>
internal sealed class StatePooling
{
    private readonly (TorchPooling Part, string? Weights)[] _parts;

    /// <param name="pooling">What is concatenated, in the order of the registry.</param>
    /// <param name="width">D.</param>
    /// <exception cref="NotSupportedException">Torch has no part of one of them.</exception>
    public StatePooling(Pooling pooling, int width) =>
        _parts = [.. PoolingRegistry.Of(pooling).Select(one => (TorchPoolings.Of(one.Kind), one.Part.Weights(width)?.Name))];

    /// <param name="states">[T, B, D].</param>
    /// <param name="final">[B, D].</param>
    /// <param name="valid">Which steps are valid; null where all are.</param>
    /// <param name="weights">The network's weights by name.</param>
    /// <returns>[B, D x poolings].</returns>
    public Tensor Pool(Tensor states, Tensor final, ValidSteps? valid, Func<string, Tensor> weights)
    {
        Tensor[] pooled =
        [
            .. _parts.Select(pooling => pooling.Part(states, final, valid, pooling.Weights is string name ? weights(name) : null)),
        ];
        return pooled.Length == 1 ? pooled[0] : cat(pooled, 1);
    }
}
