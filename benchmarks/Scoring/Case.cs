using Microsoft.ML;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Networks;

namespace Scoring;

/// <summary>A cell and the sizes it is measured at: F features, H units, T steps, one layer, three classes.</summary>
internal sealed record Case(CellKind Cell, int Features, int Units, int Steps)
{
    public const int Classes = 3;

    private static readonly (int Features, int Units, int Steps)[] _shapes = [(8, 32, 24), (8, 64, 50), (12, 128, 100), (64, 256, 100)];

    public string Name => $"{Cell} {Features},{Units},{Steps}";

    /// <summary>Those whose name contains <paramref name="only"/>.</summary>
    public static IEnumerable<Case> All(string only) =>
        from cell in new[] { CellKind.Lstm, CellKind.Gru, CellKind.Elman }
        from shape in _shapes
        let @case = new Case(cell, shape.Features, shape.Units, shape.Steps)
        where @case.Name.Contains(only, StringComparison.OrdinalIgnoreCase)
        select @case;

    /// <summary>A network of random weights, as large as PyTorch starts them.</summary>
    public TrainedNetwork Network()
    {
        var shape = new NetworkShape { Cell = Cell, Features = Features, HiddenSize = Units, Outputs = Classes };
        var random = new Random(1);
        float limit = 1 / MathF.Sqrt(Units);
        var weights = new NetworkWeights(WeightLayout.Tensors(shape).Select(spec => new NamedTensor(spec.Name, spec.Shape, Uniform(random, (int)spec.Size, limit))));
        return new TrainedNetwork(shape, weights, null, null, new TrainingHistory([], 0, StopReason.MaxEpochs, 0, 0, 0));
    }

    /// <summary>The same network as ML.NET's user has it, over rows of T steps or, where <paramref name="isRagged"/>, of any number of steps.</summary>
    public RnnMulticlassTransformer Transformer(MLContext ml, TrainedNetwork network, bool isRagged = false)
    {
        var columns = new SequenceColumns([nameof(Row.Steps)], AreChannels: false, Features, SequenceLayout.StepMajor);
        DataViewSchema schema = ml.Data.LoadFromEnumerable<Row>([], Row.Schema(isRagged ? 0 : Steps * Features)).Schema;
        return new RnnMulticlassTransformer(ml, new RnnMulticlassModelParameters(ml, network), columns, schema, classes: null);
    }

    /// <summary>Rows as a data view.</summary>
    public IDataView Rows(MLContext ml, IEnumerable<Row> rows) => ml.Data.LoadFromEnumerable(rows, Row.Schema(Steps * Features));

    /// <summary>Rows of T steps.</summary>
    public Row[] RandomRows(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => new Row { Steps = Uniform(random, Steps * Features, 1) })];
    }

    /// <summary>Rows of 1 to 2 T - 1 steps.</summary>
    public Row[] RaggedRows(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => new Row { Steps = Uniform(random, random.Next(1, 2 * Steps) * Features, 1) })];
    }

    private static float[] Uniform(Random random, int count, float limit) => [.. Enumerable.Range(0, count).Select(_ => limit * (2 * random.NextSingle() - 1))];
}
