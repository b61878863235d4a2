namespace RnnMlNet.Runtime.Networks;

/// <summary>All that scores depend on: the network's sizes and weights, and the standardisation of its inputs and targets.</summary>
internal record NetworkParameters(NetworkShape Shape, NetworkWeights Weights, FeatureScaling? FeatureScaling, FeatureScaling? LabelScaling)
{
    /// <summary>Whether the label was a vector, so that the score is one too, even with one target. Regression only.</summary>
    public bool HasVectorLabel { get; init; }

    /// <summary>Standardisation of a step within its category; null for none.</summary>
    public CategoryScaling? CategoryScaling { get; init; }

    /// <summary>Standardisation of the static values, category ids with mean 0 and deviation 1; null for none.</summary>
    public FeatureScaling? StaticScaling { get; init; }
}
