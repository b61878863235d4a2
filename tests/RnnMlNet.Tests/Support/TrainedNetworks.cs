using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;

namespace RnnMlNet.Tests.Support;

/// <summary>Trained networks that no training made: random weights, scaling of inputs and labels, a history.</summary>
internal static class TrainedNetworks
{
    /// <summary>A network with everything in it that a model file can hold of one that reads numbers.</summary>
    public static TrainedNetwork Of(NetworkShape shape, int seed = 1, float limit = 0.7f) =>
        new(
            shape,
            RandomNetwork.Weights(shape, seed, limit),
            shape.UsesTokens ? null : Scaling(shape.Features, seed + 1),
            Scaling(shape.Outputs, seed + 2),
            Histories.TwoEpochs
        );

    /// <summary>An average of such networks, each with weights and scaling of its own.</summary>
    public static TrainedNetwork Average(NetworkShape shape, int networks) =>
        TrainedNetwork.AverageOf([.. Enumerable.Range(0, networks).Select(network => Of(shape, seed: 1 + 10 * network))]);

    /// <summary>A network without scaling whose raw outputs are its pooled states themselves.</summary>
    /// <param name="shape">Its outputs and head are replaced.</param>
    /// <param name="weights">Weights of the recurrent layers by name, as in <c>weight_ih_l0</c>, and of attention.</param>
    public static TrainedNetwork OfStates(NetworkShape shape, params (string Name, float[] Values)[] weights)
    {
        shape = shape with { HeadHiddenSizes = [], Outputs = shape.PooledSize };
        var values = weights.ToDictionary(
            weight => weight.Name == WeightLayout.Attention ? weight.Name : $"rnn.{weight.Name}",
            weight => weight.Values
        );
        values["head.0.weight"] = Identity(shape.PooledSize);
        values["head.0.bias"] = new float[shape.PooledSize];
        var tensors = WeightLayout.Tensors(shape).Select(spec => new NamedTensor(spec.Name, spec.Shape, values[spec.Name]));
        return new TrainedNetwork(shape, new NetworkWeights(tensors), null, null, Histories.TwoEpochs);
    }

    private static FeatureScaling Scaling(int width, int seed)
    {
        var random = new Random(seed);
        return new FeatureScaling(
            RandomNetwork.Uniform(random, width, 2),
            [.. RandomNetwork.Uniform(random, width, 0.5f).Select(value => 1 + value)]
        );
    }

    private static float[] Identity(int size) => [.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1f : 0)];
}
