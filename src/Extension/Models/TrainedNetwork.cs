using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Models;

/// <summary>What was learnt: a network's parameters, and how training went.</summary>
internal sealed record TrainedNetwork(
    NetworkShape Shape,
    NetworkWeights Weights,
    FeatureScaling? FeatureScaling,
    FeatureScaling? LabelScaling,
    TrainingHistory History
) : NetworkParameters(Shape, Weights, FeatureScaling, LabelScaling)
{
    /// <param name="parameters">What it scores by.</param>
    /// <param name="history">How training went.</param>
    public TrainedNetwork(NetworkParameters parameters, TrainingHistory history)
        : this(parameters.Shape, parameters.Weights, parameters.FeatureScaling, parameters.LabelScaling, history)
    {
        HasVectorLabel = parameters.HasVectorLabel;
    }

    /// <summary>
    /// Further networks of the same sizes, scaled alike, whose outputs are averaged with this one's. Empty of one network alone.
    /// </summary>
    public IReadOnlyList<TrainedNetwork> OtherMembers { get; init; } = [];

    /// <summary>Whether its outputs are those of several networks, averaged.</summary>
    public bool IsEnsemble => OtherMembers.Count > 0;

    /// <summary>This network and those that it is averaged with, each by itself.</summary>
    public IReadOnlyList<TrainedNetwork> Members => IsEnsemble ? [this with { OtherMembers = [] }, .. OtherMembers] : [this];

    /// <summary>The average of some networks, at least one.</summary>
    public static TrainedNetwork AverageOf(IReadOnlyList<TrainedNetwork> networks) =>
        Numbered(networks[0], 0, networks.Count) with
        {
            OtherMembers = [.. networks.Skip(1).Select((network, i) => Numbered(network, i + 1, networks.Count))],
        };

    /// <summary>A network whose history says which of several it is.</summary>
    public static TrainedNetwork Numbered(TrainedNetwork network, int number, int count) =>
        network with
        {
            History = network.History with { Network = (number + 1, count) },
        };
}
