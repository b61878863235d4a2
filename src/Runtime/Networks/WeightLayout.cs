using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Runtime.Networks;

/// <summary>PyTorch's names of a network's weights; <see cref="NetworkModule"/> lists those that a network has.</summary>
internal static class WeightLayout
{
    public const string Embedding = "embedding.weight";
    public const string Attention = AttentionPooling.WeightName;
    public const string Projection = "projection.weight";
    public const string ProjectionBias = "projection.bias";

    /// <summary>PyTorch's suffix of a layer's tensors: <c>l0</c>, <c>l0_reverse</c>, <c>l1</c>, ...</summary>
    public static string Suffix(int layer, int direction) => direction == 0 ? $"l{layer}" : $"l{layer}_reverse";
}
