using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Support;

/// <summary>Networks that no training made: random weights, scaling of inputs and labels.</summary>
internal static class RandomParameters
{
    /// <summary>A network with everything in it that one can have that reads numbers.</summary>
    public static NetworkParameters Of(NetworkShape shape, int seed = 1, float limit = 0.7f) =>
        new(
            shape,
            RandomNetwork.Weights(shape, seed, limit),
            shape.UsesTokens ? null : Scaling(shape.EncodedFeatures, seed + 1, shape.IdsAt),
            Scaling(shape.Outputs, seed + 2)
        );

    /// <summary>A network without scaling whose raw outputs are its pooled states themselves.</summary>
    /// <param name="shape">Its outputs and head are replaced.</param>
    /// <param name="weights">Weights of the recurrent layers by name, as in <c>weight_ih_l0</c>, and of attention.</param>
    public static NetworkParameters OfStates(NetworkShape shape, params (string Name, float[] Values)[] weights)
    {
        shape = shape with { HeadHiddenSizes = [], Outputs = shape.PooledSize };
        var values = weights.ToDictionary(
            weight => weight.Name == WeightLayout.Attention ? weight.Name : $"rnn.{weight.Name}",
            weight => weight.Values
        );
        values["head.0.weight"] = Identity(shape.PooledSize);
        values["head.0.bias"] = new float[shape.PooledSize];
        var tensors = NetworkDefinition.TensorsOf(shape).Select(spec => new NamedTensor(spec.Name, spec.Shape, values[spec.Name]));
        return new NetworkParameters(shape, new NetworkWeights(tensors), null, null);
    }

    /// <summary>A random standardisation, which leaves ids as they are.</summary>
    public static FeatureScaling Scaling(int width, int seed, Func<int, int?>? idsAt = null)
    {
        var random = new Random(seed);
        return new FeatureScaling(
            [.. RandomNetwork.Uniform(random, width, 2).Select((value, i) => idsAt?.Invoke(i) is null ? value : 0)],
            [.. RandomNetwork.Uniform(random, width, 0.5f).Select((value, i) => idsAt?.Invoke(i) is null ? 1 + value : 1)]
        );
    }

    private static float[] Identity(int size) => [.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1f : 0)];
}
