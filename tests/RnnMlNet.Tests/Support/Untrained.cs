using Microsoft.ML;
using RnnMlNet.Data;
using RnnMlNet.Models;

namespace RnnMlNet.Tests.Support;

/// <summary>A row of a sequence of any length, of numbers.</summary>
internal sealed class SequenceOfSteps
{
    public float[] Steps { get; set; } = [];
}

/// <summary>Transformers over networks that no training made, and rows for them.</summary>
internal static class Untrained
{
    public static IDataView Load(MLContext ml, IEnumerable<float[]> rows) =>
        ml.Data.LoadFromEnumerable(rows.Select(row => new SequenceOfSteps { Steps = row }).ToArray());

    /// <summary>Random rows of the given lengths.</summary>
    public static float[][] Rows(int features, IEnumerable<int> lengths, int seed = 7)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length => RandomNetwork.Uniform(random, length * features, 1.5f))];
    }

    /// <summary>A transformer of <see cref="SequenceOfSteps"/> whose score is a vector of the network's outputs.</summary>
    public static RnnRegressionTransformer Transformer(MLContext ml, TrainedNetwork network) =>
        new(
            ml,
            new RnnRegressionModelParameters(ml, network with { HasVectorLabel = true }),
            new SequenceColumns([nameof(SequenceOfSteps.Steps)], AreChannels: false, network.Shape.Features, SequenceLayout.StepMajor),
            Load(ml, []).Schema
        );
}
