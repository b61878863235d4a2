namespace RnnMlNet.Runtime.Networks;

/// <summary>Name and shape of one weight tensor.</summary>
internal sealed record TensorSpec(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Number of values.</summary>
    public long Size => Shape.Aggregate(1L, (product, side) => product * side);
}

/// <summary>
/// The names and shapes of a network's weights, PyTorch's: <c>embedding.weight [V, E]</c>, <c>projection.weight [P, F]</c>,
/// <c>projection.bias [P]</c>, <c>rnn.weight_ih_l{k}[_reverse] [G*H, in]</c>, <c>rnn.weight_hh_l{k} [G*H, H]</c>, <c>rnn.bias_ih_l{k}
/// [G*H]</c>, <c>rnn.bias_hh_l{k} [G*H]</c>, of a parallel decoder <c>decoder.position.weight [m, I - I/2]</c>, <c>decoder.channel.weight
/// [C, I/2]</c>, <c>decoder.known.weight [I, K]</c>, of a recurrent one <c>decoder.weight_ih_l0 [G*H, 1 + K]</c> and so on,
/// <c>attention.weight [1, H*directions]</c>, <c>head.{j}.weight [out, in]</c>, <c>head.{j}.bias [out]</c>.
/// </summary>
internal static class WeightLayout
{
    public const string Embedding = "embedding.weight";
    public const string Attention = "attention.weight";
    public const string Projection = "projection.weight";
    public const string ProjectionBias = "projection.bias";
    public const string Position = "decoder.position.weight";
    public const string Channel = "decoder.channel.weight";
    public const string Known = "decoder.known.weight";

    /// <summary>Every tensor of a network of built-in cells, in file order.</summary>
    public static IEnumerable<TensorSpec> Tensors(NetworkShape shape) =>
        [.. InputTensors(shape), .. RecurrentTensors(shape), .. OutputTensors(shape)];

    /// <summary>Those before the recurrent layers.</summary>
    public static IEnumerable<TensorSpec> InputTensors(NetworkShape shape) => [.. EmbeddingTensors(shape), .. ProjectionTensors(shape)];

    /// <summary>Those behind the recurrent layers.</summary>
    public static IEnumerable<TensorSpec> OutputTensors(NetworkShape shape) =>
        [.. DecoderTensors(shape), .. AttentionTensors(shape), .. HeadTensors(shape)];

    public static IEnumerable<TensorSpec> EmbeddingTensors(NetworkShape shape)
    {
        if (shape.UsesTokens)
            yield return new TensorSpec(Embedding, [shape.Vocabulary, shape.EmbeddingSize]);
    }

    public static IEnumerable<TensorSpec> ProjectionTensors(NetworkShape shape)
    {
        if (shape.ProjectionSize == 0)
            yield break;
        yield return new TensorSpec(Projection, [shape.ProjectionSize, shape.Features]);
        yield return new TensorSpec(ProjectionBias, [shape.ProjectionSize]);
    }

    public static IEnumerable<TensorSpec> DecoderTensors(NetworkShape shape) =>
        shape.Decoder switch
        {
            null => [],
            { Kind: DecoderKind.Recurrent } decoder => CellTensors("decoder", "l0", shape, 1 + decoder.KnownSize),
            _ => ParallelTensors(shape),
        };

    public static IEnumerable<TensorSpec> RecurrentTensors(NetworkShape shape)
    {
        for (int layer = 0; layer < shape.Layers; layer++)
        for (int direction = 0; direction < shape.Directions; direction++)
            foreach (TensorSpec spec in CellTensors("rnn", Suffix(layer, direction), shape, shape.LayerInputSize(layer)))
                yield return spec;
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

    /// <summary>
    /// Width of the part of a decoding step's input that says which of a parallel decoder's channels the row is of; the rest says which
    /// step.
    /// </summary>
    public static int ChannelSize(NetworkShape shape) => shape.Decoder!.Channels > 1 ? shape.InputSize / 2 : 0;

    private static IEnumerable<TensorSpec> CellTensors(string module, string suffix, NetworkShape shape, int inputSize)
    {
        int rows = shape.Gates * shape.HiddenSize;
        yield return new TensorSpec($"{module}.weight_ih_{suffix}", [rows, inputSize]);
        yield return new TensorSpec($"{module}.weight_hh_{suffix}", [rows, shape.HiddenSize]);
        yield return new TensorSpec($"{module}.bias_ih_{suffix}", [rows]);
        yield return new TensorSpec($"{module}.bias_hh_{suffix}", [rows]);
    }

    private static IEnumerable<TensorSpec> ParallelTensors(NetworkShape shape)
    {
        DecoderShape decoder = shape.Decoder!;
        int channel = ChannelSize(shape);
        yield return new TensorSpec(Position, [decoder.Steps, shape.InputSize - channel]);
        if (channel > 0)
            yield return new TensorSpec(Channel, [decoder.Channels, channel]);
        if (decoder.KnownSize > 0)
            yield return new TensorSpec(Known, [shape.InputSize, decoder.KnownSize]);
    }

    /// <summary>PyTorch's suffix of a layer's tensors: <c>l0</c>, <c>l0_reverse</c>, <c>l1</c>, ...</summary>
    public static string Suffix(int layer, int direction) => direction == 0 ? $"l{layer}" : $"l{layer}_reverse";
}
