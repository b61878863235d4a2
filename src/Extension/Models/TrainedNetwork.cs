using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Models;

/// <summary>A trained network: its parameters, and its training history.</summary>
internal sealed record TrainedNetwork(
    NetworkShape Shape,
    NetworkWeights Weights,
    FeatureScaling? FeatureScaling,
    FeatureScaling? LabelScaling,
    TrainingHistory History
) : NetworkParameters(Shape, Weights, FeatureScaling, LabelScaling)
{
    /// <param name="parameters">The parameters that it scores by.</param>
    /// <param name="history">The training history.</param>
    public TrainedNetwork(NetworkParameters parameters, TrainingHistory history)
        : this(parameters.Shape, parameters.Weights, parameters.FeatureScaling, parameters.LabelScaling, history)
    {
        HasVectorLabel = parameters.HasVectorLabel;
        CategoryScaling = parameters.CategoryScaling;
        StaticScaling = parameters.StaticScaling;
    }

    /// <summary>
    /// The other members of the ensemble, of equal sizes and scaling. Empty for a single network.
    /// </summary>
    public IReadOnlyList<TrainedNetwork> OtherMembers { get; init; } = [];

    /// <summary>Whether it is an ensemble, whose outputs are averaged.</summary>
    public bool IsEnsemble => OtherMembers.Count > 0;

    /// <summary>All members of the ensemble, each as a single network.</summary>
    public IReadOnlyList<TrainedNetwork> Members => IsEnsemble ? [this with { OtherMembers = [] }, .. OtherMembers] : [this];

    /// <summary>The ensemble of some networks, at least one.</summary>
    public static TrainedNetwork AverageOf(IReadOnlyList<TrainedNetwork> networks) =>
        Numbered(networks[0], 0, networks.Count) with
        {
            OtherMembers = [.. networks.Skip(1).Select((network, i) => Numbered(network, i + 1, networks.Count))],
        };

    /// <summary>A network whose history states its number in the ensemble.</summary>
    public static TrainedNetwork Numbered(TrainedNetwork network, int number, int count) =>
        network with
        {
            History = network.History with { Network = (number + 1, count) },
        };
}
