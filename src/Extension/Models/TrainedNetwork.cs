using RnnMlNet.Data;
using RnnMlNet.Networks;

namespace RnnMlNet.Models;

/// <summary>What was learnt: the network's sizes and weights, how its inputs and targets are standardised, and how training went.</summary>
internal sealed record TrainedNetwork(
    NetworkShape Shape,
    NetworkWeights Weights,
    FeatureScaling? FeatureScaling,
    FeatureScaling? LabelScaling,
    TrainingHistory History)
{
    /// <summary>Whether the label was a vector, so that the score is one even of one target. Regression only.</summary>
    public bool HasVectorLabel { get; init; }

    /// <summary>Further networks of the same sizes, scaled alike, whose outputs are averaged with this one's. Empty of one network alone.</summary>
    public IReadOnlyList<TrainedNetwork> AveragedWith { get; init; } = [];

    /// <summary>Whether its outputs are those of several networks, averaged.</summary>
    public bool IsAverage => AveragedWith.Count > 0;

    /// <summary>This network and those that it is averaged with, each by itself.</summary>
    public IReadOnlyList<TrainedNetwork> Networks => IsAverage ? [this with { AveragedWith = [] }, .. AveragedWith] : [this];

    /// <summary>The average of some networks, at least one.</summary>
    public static TrainedNetwork AverageOf(IReadOnlyList<TrainedNetwork> networks) => networks[0] with { AveragedWith = [.. networks.Skip(1)] };
}
