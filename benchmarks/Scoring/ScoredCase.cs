using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using Shared;

namespace Scoring;

/// <summary>A case's network and rows, as they are scored.</summary>
internal static class ScoredCase
{
    /// <summary>A network of random weights, as large as PyTorch starts them.</summary>
    public static TrainedNetwork Network(this Case @case)
    {
        NetworkShape shape = @case.Shape;
        var random = new Random(1);
        float limit = 1 / MathF.Sqrt(@case.Units);
        var weights = new NetworkWeights(
            NetworkDefinition
                .TensorsOf(shape)
                .Select(spec => new NamedTensor(spec.Name, spec.Shape, Uniform(random, (int)spec.Size, limit)))
        );
        return new TrainedNetwork(shape, weights, null, null, new TrainingHistory([], 0, StopReason.MaxEpochs, 0, 0, 0));
    }

    /// <summary>
    /// The same network as ML.NET's user has it, over rows of T steps or, where <paramref name="isRagged"/>, of any number of steps.
    /// </summary>
    public static RnnMulticlassTransformer Transformer(this Case @case, MLContext ml, TrainedNetwork network, bool isRagged = false)
    {
        var columns = new SequenceColumns([nameof(Row.Steps)], AreChannels: false, @case.Features, SequenceLayout.StepMajor);
        DataViewSchema schema = ml.Data.LoadFromEnumerable<Row>([], Row.Schema(isRagged ? 0 : @case.Steps * @case.Features)).Schema;
        return new RnnMulticlassTransformer(ml, new RnnMulticlassModelParameters(ml, network), columns, schema, classes: null);
    }

    /// <summary>Rows as a data view.</summary>
    public static IDataView Rows(this Case @case, MLContext ml, IEnumerable<Row> rows) =>
        ml.Data.LoadFromEnumerable(rows, Row.Schema(@case.Steps * @case.Features));

    /// <summary>Rows of T steps.</summary>
    public static Row[] RandomRows(this Case @case, int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => new Row { Steps = Uniform(random, @case.Steps * @case.Features, 1) })];
    }

    /// <summary>Rows of 1 to 2 T - 1 steps.</summary>
    public static Row[] RaggedRows(this Case @case, int count)
    {
        var random = new Random(3);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new Row { Steps = Uniform(random, random.Next(1, 2 * @case.Steps) * @case.Features, 1) }),
        ];
    }

    private static float[] Uniform(Random random, int count, float limit) =>
        [.. Enumerable.Range(0, count).Select(_ => limit * (2 * random.NextSingle() - 1))];
}
