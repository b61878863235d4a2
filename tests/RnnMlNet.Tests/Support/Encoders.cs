using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Support;

/// <summary>Encoders of steps of numbers alone.</summary>
internal static class Encoders
{
    /// <summary>Standardises steps.</summary>
    public static InputEncoder? Of(FeatureScaling? scaling) => scaling is null ? null : new(Shape(scaling.Width), scaling);

    /// <summary>The means and deviations of rows.</summary>
    public static FeatureScaling Learn(SequenceSet set) => ScalingLearner.Learn(set, Shape(set.Store.Features)).Steps!;

    private static NetworkShape Shape(int features) => new() { Features = features };
}
