namespace RnnMlNet.Runtime.Networks;

/// <summary>What a network scores by: its sizes and weights, and how its inputs and targets are standardised.</summary>
internal record NetworkParameters(NetworkShape Shape, NetworkWeights Weights, FeatureScaling? FeatureScaling, FeatureScaling? LabelScaling)
{
    /// <summary>Whether the label was a vector, so that the score is one even of one target. Regression only.</summary>
    public bool HasVectorLabel { get; init; }
}
