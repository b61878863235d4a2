using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;

namespace RnnMlNet.Tests.Support;

/// <summary>Trained networks that no training made: random weights, scaling of inputs and labels, a history.</summary>
internal static class TrainedNetworks
{
    /// <summary>A network with everything in it that a model file can hold of one that reads numbers.</summary>
    public static TrainedNetwork Of(NetworkShape shape, int seed = 1, float limit = 0.7f) => Of(RandomParameters.Of(shape, seed, limit));

    /// <summary>An average of such networks, each with weights and scaling of its own.</summary>
    public static TrainedNetwork Average(NetworkShape shape, int networks) =>
        TrainedNetwork.AverageOf([.. Enumerable.Range(0, networks).Select(network => Of(shape, seed: 1 + 10 * network))]);

    /// <inheritdoc cref="RandomParameters.OfStates"/>
    public static TrainedNetwork OfStates(NetworkShape shape, params (string Name, float[] Values)[] weights) =>
        Of(RandomParameters.OfStates(shape, weights));

    private static TrainedNetwork Of(NetworkParameters network) => new(network, Histories.TwoEpochs);
}
