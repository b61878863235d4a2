namespace RnnMlNet.Networks;

/// <summary>Name and shape of one weight tensor.</summary>
internal sealed record TensorSpec(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Number of values.</summary>
    public long Size => Shape.Aggregate(1L, (product, side) => product * side);
}

/// <summary>
/// The names and shapes of a network's weights, PyTorch's: <c>embedding.weight [V, E]</c>,
/// <c>rnn.weight_ih_l{k}[_reverse] [G*H, in]</c>, <c>rnn.weight_hh_l{k} [G*H, H]</c>, <c>rnn.bias_ih_l{k} [G*H]</c>,
/// <c>rnn.bias_hh_l{k} [G*H]</c>, <c>attention.weight [1, H*directions]</c>, <c>head.{j}.weight [out, in]</c>, <c>head.{j}.bias [out]</c>.
/// </summary>
internal static class WeightLayout
{
    public const string Embedding = "embedding.weight";
    public const string Attention = "attention.weight";

    /// <summary>Every tensor of a network of built-in cells, in file order.</summary>
    public static IEnumerable<TensorSpec> Tensors(NetworkShape shape) =>
        [.. EmbeddingTensors(shape), .. RecurrentTensors(shape), .. AttentionTensors(shape), .. HeadTensors(shape)];

    public static IEnumerable<TensorSpec> EmbeddingTensors(NetworkShape shape)
    {
        if (shape.UsesTokens)
            yield return new TensorSpec(Embedding, [shape.Vocabulary, shape.EmbeddingSize]);
    }

    public static IEnumerable<TensorSpec> RecurrentTensors(NetworkShape shape)
    {
        int rows = shape.Gates * shape.HiddenSize;
        for (int layer = 0; layer < shape.Layers; layer++)
        for (int direction = 0; direction < shape.Directions; direction++)
        {
            string suffix = Suffix(layer, direction);
            yield return new TensorSpec($"rnn.weight_ih_{suffix}", [rows, shape.LayerInputSize(layer)]);
            yield return new TensorSpec($"rnn.weight_hh_{suffix}", [rows, shape.HiddenSize]);
            yield return new TensorSpec($"rnn.bias_ih_{suffix}", [rows]);
            yield return new TensorSpec($"rnn.bias_hh_{suffix}", [rows]);
        }
    }

    /// <summary>As of PyTorch's Linear without a bias, which a softmax would not see.</summary>
    public static IEnumerable<TensorSpec> AttentionTensors(NetworkShape shape)
    {
        if (shape.HasAttention)
            yield return new TensorSpec(Attention, [1, shape.StateWidth]);
    }

    public static IEnumerable<TensorSpec> HeadTensors(NetworkShape shape)
    {
        int index = 0;
        foreach (var (input, output) in shape.HeadLayers())
        {
            yield return new TensorSpec($"head.{index}.weight", [output, input]);
            yield return new TensorSpec($"head.{index}.bias", [output]);
            index++;
        }
    }

    /// <summary>PyTorch's suffix of a layer's tensors: <c>l0</c>, <c>l0_reverse</c>, <c>l1</c>, ...</summary>
    public static string Suffix(int layer, int direction) => direction == 0 ? $"l{layer}" : $"l{layer}_reverse";
}
