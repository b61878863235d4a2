using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Support;

/// <summary>Small networks with random weights.</summary>
internal static partial class RandomNetwork
{
    /// <summary>Lengths and widths around those of vectors.</summary>
    public static readonly int[] OddLengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33];

    public static readonly CellKind[] Cells = Enum.GetValues<CellKind>();

    /// <summary>The cells whose gates depend on the hidden state.</summary>
    public static readonly CellKind[] RecurrentCells = [CellKind.Elman, CellKind.ElmanRelu, CellKind.Gru, CellKind.Lstm, CellKind.SLstm];

    /// <summary>The cells that PyTorch has layers of.</summary>
    public static readonly CellKind[] PyTorchCells = [CellKind.Elman, CellKind.ElmanRelu, CellKind.Gru, CellKind.Lstm];

    public const Pooling AllPooling = Pooling.Last | Pooling.Mean | Pooling.Max | Pooling.Attention;

    /// <summary>Each alone, each before another, all.</summary>
    public static readonly Pooling[] Poolings =
    [
        Pooling.Last,
        Pooling.Mean,
        Pooling.Max,
        Pooling.Attention,
        Pooling.Last | Pooling.Mean,
        Pooling.Last | Pooling.Max,
        Pooling.Mean | Pooling.Max,
        Pooling.Mean | Pooling.Attention,
        AllPooling,
    ];

    public static NetworkShape Shape(CellKind cell, int layers = 1, bool bidirectional = false, Pooling pooling = AllPooling) =>
        new()
        {
            Cell = cell,
            Features = 3,
            HiddenSize = 4,
            Layers = layers,
            Bidirectional = bidirectional,
            Pooling = pooling,
            HeadHiddenSizes = [5],
            Outputs = 2,
        };

    /// <summary>Every weight of a network of built-in cells, biases included, uniform in ±<paramref name="limit"/>.</summary>
    public static NetworkWeights Weights(NetworkShape shape, int seed = 1, float limit = 0.7f)
    {
        var random = new Random(seed);
        return new NetworkWeights(
            NetworkDefinition
                .TensorsOf(shape)
                .Select(spec => new NamedTensor(spec.Name, spec.Shape, Uniform(random, (int)spec.Size, limit)))
        );
    }

    /// <summary>A network that projects its steps and outputs a sequence of four steps of two values.</summary>
    public static NetworkShape Decoding(CellKind cell, ForecastModel model, int channels = 3, int known = 2) =>
        Shape(cell, pooling: Pooling.Last) with
        {
            ProjectionSize = 6,
            HeadHiddenSizes = [],
            Decoder = new DecoderShape(ForecastModels.DecoderOf(model)!, Steps: 4, channels, known),
            Outputs = 8,
        };

    public static float[] Uniform(Random random, int count, float limit) =>
        [.. Enumerable.Range(0, count).Select(_ => limit * (2 * (float)random.NextDouble() - 1))];
}
