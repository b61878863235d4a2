using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Runtime.Networks;

/// <summary>Name and shape of one weight tensor.</summary>
internal sealed record TensorSpec(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Number of values.</summary>
    public long Size => Shape.Aggregate(1L, (product, side) => product * side);
}

/// <summary>The names of a network's weights, PyTorch's; <see cref="NetworkModule"/> says which a network has.</summary>
internal static class WeightLayout
{
    public const string Embedding = "embedding.weight";
    public const string Attention = AttentionPooling.WeightName;
    public const string Projection = "projection.weight";
    public const string ProjectionBias = "projection.bias";
    public const string Position = "decoder.position.weight";
    public const string Channel = "decoder.channel.weight";
    public const string Known = "decoder.known.weight";

    /// <summary>Every tensor of a network, in file order; without those of the application's own cell.</summary>
    public static IEnumerable<TensorSpec> Tensors(NetworkShape shape) => NetworkDefinition.Of(shape).Tensors;

    /// <summary>Those of the recurrent layers.</summary>
    public static IEnumerable<TensorSpec> RecurrentTensors(NetworkShape shape) =>
        NetworkDefinition.Of(shape).Layers.SelectMany(layer => layer.Directions).SelectMany(cell => cell.Tensors);

    /// <summary>
    /// Width of the part of a decoding step's input that says which of a parallel decoder's channels the row is of; the rest says which
    /// step.
    /// </summary>
    public static int ChannelSize(NetworkShape shape) => ((ParallelDecoder)NetworkDefinition.Of(shape).Readout).ChannelSize;

    /// <summary>PyTorch's suffix of a layer's tensors: <c>l0</c>, <c>l0_reverse</c>, <c>l1</c>, ...</summary>
    public static string Suffix(int layer, int direction) => direction == 0 ? $"l{layer}" : $"l{layer}_reverse";
}
