namespace RnnMlNet;

/// <summary>
/// How the steps' states become the one vector that the head sees. Only valid steps count, never padding.
/// Several values may be combined; their vectors are concatenated in the order last, mean, max.
/// </summary>
[Flags]
public enum Pooling
{
    /// <summary>The last layer's final state; with two directions, each direction's own final state (the backward one's stands at the first step).</summary>
    Last = 1,

    /// <summary>The mean over the steps.</summary>
    Mean = 2,

    /// <summary>The maximum over the steps, per unit.</summary>
    Max = 4,
}
