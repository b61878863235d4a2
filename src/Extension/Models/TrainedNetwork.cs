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
}
