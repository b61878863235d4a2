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

    /// <summary>All that can be between the layers: <see cref="WithBlocks"/>.</summary>
    public static readonly int[] Blocks = [1, 2, 3, 4, 5];

    /// <summary>A network with residual connections (where it has two layers or more), normalisation of its layers, or both.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="kind">0 for neither, 1 to 5 for a combination: of an odd one residual connections.</param>
    public static NetworkShape WithBlocks(this NetworkShape shape, int kind) =>
        shape with
        {
            ResidualConnections = kind % 2 == 1 && shape.Layers > 1,
            LayerNormalization = (LayerNormalization)(kind / 2),
        };

    /// <summary>
    /// Every weight of a network of built-in cells, biases included, uniform in ±<paramref name="limit"/>; gains of normalised layers
    /// around 1.
    /// </summary>
    public static NetworkWeights Weights(NetworkShape shape, int seed = 1, float limit = 0.7f)
    {
        var random = new Random(seed);
        return new NetworkWeights(
            NetworkDefinition.TensorsOf(shape).Select(spec => new NamedTensor(spec.Name, spec.Shape, [.. Values(spec)]))
        );

        IEnumerable<float> Values(TensorSpec spec)
        {
            bool isGain =
                spec.Name.StartsWith("norm.", StringComparison.Ordinal) && spec.Name.EndsWith(".weight", StringComparison.Ordinal);
            return Uniform(random, (int)spec.Size, limit).Select(value => isGain ? 1 + value : value);
        }
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

    /// <summary>
    /// A network over windows of 11 steps of three channels, two to a step of the network, with a learned cycle of 5 steps.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="model">Segments or Direct.</param>
    /// <param name="season">As in <see cref="CycleShape"/>.</param>
    /// <param name="quantiles">Outputs of each of the horizon's eight steps.</param>
    public static NetworkShape Cycling(CellKind cell, ForecastModel model, int season = 0, int quantiles = 1)
    {
        NetworkShape shape =
            model == ForecastModel.Segments ? Decoding(cell, model) : Shape(cell, pooling: Pooling.Last) with { HeadHiddenSizes = [] };
        return shape with { Outputs = 8 * quantiles, Cycle = new CycleShape(5, 3, Window: 11, Segment: 2, season, quantiles) };
    }

    public static float[] Uniform(Random random, int count, float limit) =>
        [.. Enumerable.Range(0, count).Select(_ => limit * (2 * (float)random.NextDouble() - 1))];
}
