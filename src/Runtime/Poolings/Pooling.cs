using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet;

/// <summary>
/// How the steps' states become the one vector that the head sees. Only valid steps count, never padding.
/// Several values may be combined; their vectors are concatenated in the order last, mean, max, attention.
/// </summary>
[Flags]
public enum Pooling
{
    /// <summary>
    /// The last layer's final state; with two directions, each direction's own final state (the backward one's is at the first step).
    /// </summary>
    Last = 1,

    /// <summary>The mean over the steps.</summary>
    Mean = 2,

    /// <summary>The maximum over the steps, per unit.</summary>
    Max = 4,

    /// <summary>
    /// A weighted mean over the steps, whose weights the network learns: s_t = w · tanh(h_t), α = softmax(s), Σ α_t h_t, h_t being both
    /// directions' states at step t and w a learnt vector of their width (Zhou et al., "Attention-Based Bidirectional Long Short-Term
    /// Memory Networks for Relation Classification", 2016, without the tanh around the sum).
    /// </summary>
    Attention = 8,
}

/// <summary>The registry of all poolings: the only place that lists them.</summary>
internal static class PoolingRegistry
{
    private static (Pooling Kind, StepPooling Part)[] _all =
    [
        (Pooling.Last, new LastPooling()),
        (Pooling.Mean, new MeanPooling()),
        (Pooling.Max, new MaxPooling()),
        (Pooling.Attention, new AttentionPooling()),
    ];

    /// <summary>All poolings, in the order in which their vectors are concatenated.</summary>
    public static IReadOnlyList<(Pooling Kind, StepPooling Part)> All => _all;

    /// <summary>Whether each of the values combined is a pooling.</summary>
    public static bool Has(Pooling pooling) => (pooling & ~_all.Aggregate((Pooling)0, (all, one) => all | one.Kind)) == 0;

    /// <summary>The poolings combined, in the order in which their vectors are concatenated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is none.</exception>
    public static IReadOnlyList<(Pooling Kind, StepPooling Part)> Of(Pooling pooling) =>
        Has(pooling)
            ? [.. _all.Where(one => (pooling & one.Kind) != 0)]
            : throw new ArgumentOutOfRangeException(
                nameof(pooling),
                pooling,
                $"There is no pooling {pooling}: it must be one of {string.Join(", ", _all.Select(one => one.Kind))}, or several of them "
                    + "combined."
            );

    /// <summary>Whether weights of a name are a pooling's.</summary>
    public static bool HasWeights(string name) => _all.Any(one => one.Part.Weights(width: 1)?.Name == name);

    /// <summary>Adds a pooling behind the others, for a test of what a new one needs.</summary>
    internal static void Add(Pooling kind, StepPooling part) => _all = [.. _all, (kind, part)];
}
