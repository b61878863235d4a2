using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>Networks to write and read.</summary>
internal static class Networks
{
    public static TrainedNetwork Small { get; } = Of(new NetworkShape
    {
        Cell = CellKind.Gru, Features = 2, HiddenSize = 2, Pooling = Pooling.Last | Pooling.Max, HeadHiddenSizes = [3], Outputs = 2,
    });

    public static TrainedNetwork Of(NetworkShape shape) => new(
        shape,
        RandomNetwork.Weights(shape),
        shape.UsesTokens ? null : new FeatureScaling([.. Enumerable.Range(0, shape.Features).Select(f => f - 0.5f)], [.. Enumerable.Range(1, shape.Features).Select(f => f / 4f)]),
        new FeatureScaling([.. Enumerable.Range(0, shape.Outputs).Select(k => 10f * k)], [.. Enumerable.Range(1, shape.Outputs).Select(k => k / 3f)]),
        Histories.TwoEpochs)
    { HasVectorLabel = true };
}
