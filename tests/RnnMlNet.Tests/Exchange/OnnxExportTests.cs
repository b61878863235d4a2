using System.Globalization;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>Exported networks in ONNX Runtime beside the scorer.</summary>
public sealed class OnnxExportTests
{
    private const double Tolerance = 1e-4;
    private static readonly int[] Lengths = [5, 1, 33, 0, 8, 2, 17, 16];

    /// <summary>With standardised features and labels, a head of one hidden layer, rows from empty to long, and NaN as padding.</summary>
    [Test, Pairwise]
    public void OnnxRuntime_scores_as_the_managed_scorer(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling
    ) => AssertSameScores(TrainedNetworks.Of(RandomNetwork.Shape(cell, layers, bidirectional, pooling)));

    [Test, Pairwise]
    public void OnnxRuntime_scores_tokens_as_the_managed_scorer(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling
    ) =>
        AssertSameScores(
            TrainedNetworks.Of(
                RandomNetwork.Shape(cell, layers, bidirectional, pooling) with
                {
                    Features = 0,
                    Vocabulary = 6,
                    EmbeddingSize = 5,
                }
            )
        );

    /// <summary>Residual connections and normalised layers.</summary>
    [Test, Pairwise]
    public void OnnxRuntime_scores_blocks_of_layers_as_the_managed_scorer(
        [Values] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values(1, 2, 3)] int layers,
        [Values] bool bidirectional,
        [Values(Pooling.Last, Pooling.Mean | Pooling.Max, RandomNetwork.AllPooling)] Pooling pooling
    )
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(cell, layers, bidirectional, pooling).WithBlocks(blocks));
        AssertSameScores(network);
        AssertSameScores(network, new PaddedRows(network.Shape, [1]));
    }

    /// <summary>Convolutions over numbers or words with their characters, below blocks of layers.</summary>
    [Test, Drawn(9)]
    public void OnnxRuntime_scores_convolutions_as_the_managed_scorer(
        [Values] CellKind cell,
        [Values(0, 1, 3, 4)] int blocks,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values(Pooling.Last, Pooling.Mean | Pooling.Max, RandomNetwork.AllPooling)] Pooling pooling,
        [Values(1, 2, 5)] int stride,
        [Values] bool words
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling).WithBlocks(blocks) with
        {
            Convolutions = [new ConvolutionShape(6, 2, 1), new ConvolutionShape(7, 5, stride)],
        };
        AssertSameScores(TrainedNetworks.Of(words ? RandomWords.Shape(shape) : shape));
    }

    [Test]
    public void OnnxRuntime_scores_characters_as_the_managed_scorer(
        [Values(1, 3)] int networks,
        [Values] bool bidirectional,
        [Values(0, -1, 100_000)] long padding
    )
    {
        NetworkShape shape = RandomWords.Shape(RandomNetwork.Shape(CellKind.Lstm, 1, bidirectional));
        AssertSameScores(TrainedNetworks.Average(shape, networks), new PaddedRows(shape, Lengths, paddingToken: padding));
    }

    [Test]
    public void Heads_of_any_depth_and_sizes_of_any_width(
        [Values] CellKind cell,
        [Values(0, 1, 2, 3)] int headLayers,
        [Values(1, 2, 17)] int width
    ) =>
        AssertSameScores(
            TrainedNetworks.Of(
                RandomNetwork.Shape(cell, layers: 3, bidirectional: true) with
                {
                    Features = width,
                    HiddenSize = width,
                    HeadHiddenSizes = [.. Enumerable.Range(1, headLayers).Select(j => width + j)],
                    Outputs = width,
                },
                limit: 0.4f
            )
        );

    [Test]
    public void An_average_of_networks([Values] CellKind cell, [Values(2, 3)] int networks) =>
        AssertSameScores(TrainedNetworks.Average(RandomNetwork.Shape(cell, layers: 2, bidirectional: true), networks));

    [Test]
    public void Networks_without_scaling([Values] CellKind cell) =>
        AssertSameScores(TrainedNetworks.Of(RandomNetwork.Shape(cell)) with { FeatureScaling = null, LabelScaling = null });

    [Test]
    public void Batches_of_one_row_of_any_length([Values(0, 1, 2, 7, 100)] int length)
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm, layers: 2, bidirectional: true));
        AssertSameScores(network, new PaddedRows(network.Shape, [length]));
    }

    [Test]
    public void Batches_of_empty_rows_only([Values] CellKind cell)
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(cell, bidirectional: true));
        AssertSameScores(network, new PaddedRows(network.Shape, [0, 0, 0]));
    }

    [Test]
    public void Padding_counts_nowhere([Values(0, float.NaN, float.PositiveInfinity, 1e30f)] float padding)
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.ElmanRelu, layers: 2, bidirectional: true));
        AssertSameScores(network, new PaddedRows(network.Shape, Lengths, paddingNumber: padding));
    }

    [Test]
    public void Padding_of_tokens_counts_nowhere([Values(0, -1, 6, long.MinValue)] long padding)
    {
        TrainedNetwork network = TrainedNetworks.Of(
            RandomNetwork.Shape(CellKind.Gru) with
            {
                Features = 0,
                Vocabulary = 6,
                EmbeddingSize = 5,
            }
        );
        AssertSameScores(network, new PaddedRows(network.Shape, Lengths, paddingToken: padding));
    }

    [Test]
    public void A_length_beyond_the_steps_is_an_error_not_a_score()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm));
        using OnnxRun run = Run(network);

        Assert.That(
            () => run.Run(OnnxRun.Value("features", new float[6], 1, 2, 3), OnnxRun.Value("lengths", new[] { 3L }, 1)),
            Throws.InstanceOf<OnnxRuntimeException>().With.Message.Contains("sequence_lens")
        );
    }

    [Test]
    public void The_file_states_opset_17_and_the_format_that_came_with_it()
    {
        using var stream = new MemoryStream();
        OnnxExport.ModelOf(TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm)), ScoreKind.MultiTargetRegression, [], []).WriteTo(stream);
        var fields = ProtoFields.Read(stream.ToArray());

        Assert.That(fields[1].Single(), Is.EqualTo(8L), "ir_version");
        Assert.That(ProtoFields.Read((byte[])fields[8].Single())[2].Single(), Is.EqualTo(17L), "opset_import.version");
        Assert.That(Encoding.UTF8.GetString((byte[])fields[2].Single()), Is.EqualTo("RnnMlNet"), "producer_name");
    }

    [Test]
    public void Inputs_have_a_batch_and_a_time_of_any_size()
    {
        using OnnxRun steps = Run(TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm)));
        using OnnxRun tokens = Run(
            TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm) with { Features = 0, Vocabulary = 6, EmbeddingSize = 5 })
        );

        Assert.That(Sides(steps.Inputs), Is.EquivalentTo(new[] { "features: Single [batch, time, 3]", "lengths: Int64 [batch]" }));
        Assert.That(Sides(tokens.Inputs), Is.EquivalentTo(new[] { "tokens: Int64 [batch, time]", "lengths: Int64 [batch]" }));
    }

    [TestCase(ScoreKind.Multiclass, "score: Single [batch, 2]", "predicted_label: Int64 [batch]")]
    [TestCase(ScoreKind.Binary, "score: Single [batch]", "probability: Single [batch]", "predicted_label: Boolean [batch]")]
    [TestCase(ScoreKind.Regression, "score: Single [batch]")]
    [TestCase(ScoreKind.MultiTargetRegression, "score: Single [batch, 2]")]
    public void Outputs_are_those_of_the_task(object kind, params string[] expected)
    {
        bool isVector = (ScoreKind)kind is ScoreKind.Multiclass or ScoreKind.MultiTargetRegression;
        using OnnxRun run = Run(
            TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm) with { Outputs = isVector ? 2 : 1 }),
            (ScoreKind)kind
        );

        Assert.That(Sides(run.Outputs), Is.EquivalentTo(expected));
    }

    private static void AssertSameScores(TrainedNetwork network) => AssertSameScores(network, new PaddedRows(network.Shape, Lengths));

    private static void AssertSameScores(TrainedNetwork network, PaddedRows rows)
    {
        using OnnxRun run = Run(network);
        Assert.That(run.Run(rows.Inputs).Floats("score"), Is.EqualTo(rows.Scores(network)).Within(Tolerance));
    }

    private static OnnxRun Run(TrainedNetwork network, ScoreKind kind = ScoreKind.MultiTargetRegression) =>
        OnnxRun.Of(OnnxExport.ModelOf(network, kind, [], kind == ScoreKind.Binary ? [0f] : []).WriteTo);

    private static IEnumerable<string> Sides(IReadOnlyDictionary<string, NodeMetadata> values) =>
        from value in values
        let sides = value.Value.Dimensions.Zip(
            value.Value.SymbolicDimensions,
            (size, name) => size >= 0 ? size.ToString(CultureInfo.InvariantCulture) : name
        )
        select $"{value.Key}: {value.Value.ElementType.Name} [{string.Join(", ", sides)}]";
}
