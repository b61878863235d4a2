using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Networks;

namespace Scoring;

/// <summary>A cell and the sizes it is measured at: F features, H units, T steps, one layer, three classes.</summary>
internal sealed record Case(CellKind Cell, int Features, int Units, int Steps)
{
    public const int Classes = 3;

    public string Name => $"{Cell} {Features},{Units},{Steps}";

    /// <summary>A network of random weights, as large as PyTorch starts them.</summary>
    public TrainedNetwork Network()
    {
        var shape = new NetworkShape { Cell = Cell, Features = Features, HiddenSize = Units, Outputs = Classes };
        var random = new Random(1);
        float limit = 1 / MathF.Sqrt(Units);
        var weights = new NetworkWeights(WeightLayout.Tensors(shape).Select(spec => new NamedTensor(spec.Name, spec.Shape, Uniform(random, (int)spec.Size, limit))));
        return new TrainedNetwork(shape, weights, null, null, new TrainingHistory([], 0, StopReason.MaxEpochs, 0, 0, 0));
    }

    /// <summary>The same network as ML.NET's user has it.</summary>
    public ITransformer Transformer(MLContext ml, TrainedNetwork network) => new RnnMulticlassTransformer(ml, new RnnMulticlassModelParameters(ml, network),
        new SequenceColumns([nameof(Row.Steps)], AreChannels: false, Features, SequenceLayout.StepMajor), Rows(ml, []).Schema, classes: null);

    /// <summary>Rows as a data view.</summary>
    public IDataView Rows(MLContext ml, IEnumerable<Row> rows)
    {
        SchemaDefinition schema = Row.Schema(Steps * Features);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    public Row[] RandomRows(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => new Row { Steps = Uniform(random, Steps * Features, 1) })];
    }

    private static float[] Uniform(Random random, int count, float limit) => [.. Enumerable.Range(0, count).Select(_ => limit * (2 * random.NextSingle() - 1))];
}

/// <summary>A row to score: T x F numbers, step after step.</summary>
internal sealed class Row
{
    public float[] Steps { get; set; } = [];

    public static SchemaDefinition Schema(int size)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Steps)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        return schema;
    }
}

/// <summary>What is read of a scored row.</summary>
internal sealed class Prediction
{
    [VectorType(Case.Classes)]
    public float[] Score { get; set; } = [];
}
