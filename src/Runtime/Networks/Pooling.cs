namespace RnnMlNet;

/// <summary>
/// How the steps' states become the one vector that the head sees. Only valid steps count, never padding.
/// Several values may be combined; their vectors are concatenated in the order last, mean, max, attention.
/// </summary>
[Flags]
public enum Pooling
{
    /// <summary>
    /// The last layer's final state; with two directions, each direction's own final state (the backward one's stands at the first step).
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
