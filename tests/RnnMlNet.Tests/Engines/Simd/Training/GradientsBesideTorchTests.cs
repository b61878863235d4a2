using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Simd.Training;

/// <summary>
/// Gradients beside torch's autograd: after a step of plain gradient descent with the rate 1, the weights have changed by their gradients.
/// For every width of vectors, whatever this processor is quick with.
/// </summary>
[TestFixture(typeof(Lanes128))]
[TestFixture(typeof(Lanes256))]
[TestFixture(typeof(Lanes512))]
internal sealed class GradientsBesideTorchTests<T>
    where T : unmanaged, ILanes<T>
{
    private static readonly int[] Ragged = [5, 1, 7, 7, 2, 9, 3, 3, 8, 4, 6, 1, 1, 12, 9, 2, 5, 5, 10];
    private static readonly int[] Even = [6, 6, 6, 6, 6];

    [Test, Drawn(12)]
    public void Every_cell_layer_and_direction(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(1, 2, 3)] int layers,
        [Values] bool bidirectional,
        [Values] bool ragged
    ) => AssertSame(RandomNetwork.Shape(cell, layers, bidirectional), LossKind.Squared, ragged ? Ragged : Even);

    [Test, Drawn(18)]
    public void Every_pooling(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling,
        [Values] bool bidirectional
    ) => AssertSame(RandomNetwork.Shape(cell, 1, bidirectional, pooling), LossKind.Squared, Ragged);

    [Test]
    public void Every_loss([Values] LossKind loss) =>
        AssertSame(RandomNetwork.Shape(CellKind.Gru) with { Outputs = loss == LossKind.Logistic ? 1 : 3 }, loss, Ragged);

    [Test, Drawn(26)]
    public void Every_width(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 48, 64)] int units,
        [Values(1, 5, 17)] int features
    ) =>
        AssertSame(
            RandomNetwork.Shape(cell) with
            {
                HiddenSize = units,
                Features = features,
                HeadHiddenSizes = [],
            },
            LossKind.Squared,
            Ragged
        );

    [Test, Drawn(12)]
    public void Tokens(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional
    ) =>
        AssertSame(
            RandomNetwork.Shape(cell, layers, bidirectional) with
            {
                Features = 0,
                Vocabulary = 9,
                EmbeddingSize = 5,
                HeadHiddenSizes = [],
            },
            LossKind.CrossEntropy,
            Ragged
        );

    [Test, Drawn(6)]
    public void Characters_of_words(
        [Values(CellKind.Lstm, CellKind.MinGru)] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values(1, 17, 30)] int filters,
        [Values] bool perStep,
        [Values] bool ragged
    )
    {
        NetworkShape shape = RandomWords.Shape(RandomNetwork.Shape(cell, layers, bidirectional), filters);
        AssertSame(perStep ? TinyTags.PerStep(shape) : shape, LossKind.CrossEntropy, ragged ? [.. Ragged, 0] : Even);
    }

    [Test, Drawn(12)]
    public void Outputs_at_every_step(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values] bool tokens,
        [Values] bool ragged
    )
    {
        NetworkShape shape = TinyTags.PerStep(RandomNetwork.Shape(cell, layers, bidirectional)) with { Outputs = 3 };
        AssertSame(
            tokens ? shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 5, HeadHiddenSizes = [] } : shape,
            LossKind.CrossEntropy,
            ragged ? Ragged : Even
        );
    }

    [Test]
    public void Several_labels_at_every_step([Values(CellKind.Gru, CellKind.Lstm)] CellKind cell, [Values(1, 3, 17)] int labels) =>
        AssertSame(TinyTags.PerStep(RandomNetwork.Shape(cell)) with { Outputs = labels }, LossKind.MultiLabel, Ragged);

    /// <summary>Categories in steps and beside them, with patches, a projection or convolutions, at every step or pooled.</summary>
    [Test]
    public void Categories_and_static_values([Range(1, 12)] int seed)
    {
        NetworkShape shape = RandomNetwork.Shape(RandomNetwork.Cells[seed % RandomNetwork.Cells.Length], 1 + seed % 2, seed % 3 == 0);
        shape = MixedInput.Shape(seed % 4 == 0 ? TinyTags.PerStep(shape) : shape, seed);
        AssertSame(
            seed % 5 == 0 ? shape with { ProjectionSize = 6 } : shape with { Convolutions = MixedInput.Convolutions(shape, seed) },
            shape.PerStep ? LossKind.CrossEntropy : LossKind.Squared,
            Ragged
        );
    }

    /// <summary>Static numbers and categories as the initial state; a row without steps has none.</summary>
    [Test, Drawn(14)]
    public void An_initial_state(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(StaticUse.InitialState, StaticUse.Both)] StaticUse use,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values] bool perStep,
        [Values(4, 17)] int units,
        [Values] bool ragged
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, Pooling.Last | Pooling.Mean) with
        {
            HiddenSize = units,
            StaticFeatures = 4,
            StaticCategories = [new CategoryShape(3, 2), new CategoryShape(2, 1)],
            StaticUse = use,
        };
        AssertSame(
            perStep ? TinyTags.PerStep(shape) with { Outputs = 3 } : shape,
            perStep ? LossKind.CrossEntropy : LossKind.Squared,
            ragged ? [.. Ragged, 0, 0] : Even
        );
    }

    /// <summary>Residual connections and normalised layers; rows without steps have neither.</summary>
    [Test, Pairwise]
    public void Blocks_of_layers(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values(1, 2, 3)] int layers,
        [Values] bool bidirectional,
        [Values(Pooling.Last, Pooling.Mean | Pooling.Max, RandomNetwork.AllPooling, (Pooling)0)] Pooling pooling,
        [Values(4, 17)] int units,
        [Values] bool tokens,
        [Values] bool ragged
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling).WithBlocks(blocks) with { HiddenSize = units };
        if (tokens)
            shape = shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 5 };
        AssertSame(
            pooling == 0 ? shape with { Outputs = 3 } : shape,
            pooling == 0 ? LossKind.CrossEntropy : LossKind.Squared,
            ragged ? [.. Ragged, 0, 0] : Even
        );
    }

    /// <summary>Rows shorter than a window, and without steps, too; over numbers, tokens, and words with their characters.</summary>
    [Test, Drawn(9)]
    public void Convolutions(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(1, 2, 3)] int convolutions,
        [Values(3, 16, 33)] int filters,
        [Values(1, 4, 9)] int steps,
        [Values(1, 2, 5)] int stride,
        [Values(1, 2)] int layers,
        [Values(0, 1, 2, 3)] int blocks,
        [Values] bool bidirectional,
        [Values("numbers", "tokens", "words")] string input,
        [Values] bool ragged
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional).WithBlocks(blocks) with
        {
            HeadHiddenSizes = [],
            Convolutions =
            [
                .. Enumerable.Range(1, convolutions).Select(j => new ConvolutionShape(filters, steps, j == convolutions ? stride : 1)),
            ],
        };
        AssertSame(
            input == "words" ? RandomWords.Shape(shape)
                : input == "tokens" ? shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 5 }
                : shape,
            LossKind.Squared,
            ragged ? [.. Ragged, 0, 0] : Even
        );
    }

    [Test]
    public void Smoothed_labels([Values] bool perStep)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru) with { Outputs = 3 };
        AssertSame(
            perStep ? TinyTags.PerStep(shape) : shape,
            LossKind.CrossEntropy,
            Ragged,
            settings => settings with { LabelSmoothing = 0.2f }
        );
    }

    [Test]
    public void Clipped([Values] bool tokens)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm);
        AssertSame(
            tokens ? shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 5 } : shape,
            LossKind.Squared,
            Ragged,
            settings => settings with { GradientClipNorm = 0.01f }
        );
    }

    [Test, Drawn(16)]
    public void A_projection(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values(1, 3, 16, 33)] int size,
        [Values(1, 5, 17)] int features
    ) =>
        AssertSame(
            RandomNetwork.Shape(cell, layers, bidirectional) with
            {
                ProjectionSize = size,
                Features = features,
            },
            LossKind.Squared,
            Ragged
        );

    [Test, Drawn(10)]
    public void Numbers_of_a_row_beside_its_steps(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling,
        [Values] bool bidirectional
    ) => AssertSame(RandomNetwork.Shape(CellKind.Gru, 1, bidirectional, pooling) with { StaticFeatures = 3 }, LossKind.Squared, Ragged);

    [Test, Drawn(12)]
    public void Every_decoder(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values(1, 3)] int channels,
        [Values(0, 2)] int known,
        [Values(0, 6)] int projection,
        [Values] bool ragged
    ) =>
        AssertSame(
            RandomNetwork.Decoding(cell, model, channels, known) with
            {
                ProjectionSize = projection,
            },
            LossKind.Squared,
            ragged ? Ragged : Even
        );

    [Test, Drawn(9)]
    public void A_learned_cycle(
        [Values(CellKind.Gru, CellKind.Lstm, CellKind.MinGru)] CellKind cell,
        [Values(ForecastModel.Segments, ForecastModel.Direct)] ForecastModel model,
        [Values(0, 1, 3)] int season,
        [Values(0, 6)] int projection,
        [Values(1, 3)] int quantiles
    ) =>
        AssertSame(
            RandomNetwork.Cycling(cell, model, season, quantiles) with
            {
                ProjectionSize = projection,
            },
            quantiles == 1 ? LossKind.Squared : LossKind.Quantile,
            Even,
            settings => settings with { Quantiles = RandomNetwork.Quantiles(settings.Loss, quantiles) },
            quantiles
        );

    [Test, Drawn(12)]
    public void A_decoders_widths(
        [Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values(1, 7, 16, 33)] int units,
        [Values(2, 9, 40)] int projection
    ) =>
        AssertSame(
            RandomNetwork.Decoding(CellKind.Gru, model) with
            {
                HiddenSize = units,
                ProjectionSize = projection,
                HeadHiddenSizes = [],
            },
            LossKind.Huber,
            Even
        );

    [Test]
    public void A_decoders_head_of_several_layers([Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model) =>
        AssertSame(RandomNetwork.Decoding(CellKind.Gru, model) with { HeadHiddenSizes = [5, 3] }, LossKind.Squared, Ragged);

    [Test]
    public void A_decoder_that_reads_its_own_outputs() =>
        AssertSame(
            RandomNetwork.Decoding(CellKind.Gru, ForecastModel.EncoderDecoder),
            LossKind.Squared,
            Even,
            settings => settings with { TeacherForcing = 0 }
        );

    [Test]
    public void Several_quantiles([Values] bool decodes)
    {
        NetworkShape shape = decodes
            ? RandomNetwork.Decoding(CellKind.Gru, ForecastModel.Segments) with
            {
                Outputs = 24,
            }
            : RandomNetwork.Shape(CellKind.Gru) with
            {
                Outputs = 6,
            };
        AssertSame(
            shape,
            LossKind.Quantile,
            Even,
            settings => settings with { Quantiles = RandomNetwork.Quantiles(LossKind.Quantile, 3) },
            quantiles: 3
        );
    }

    [Test]
    public void Targets_that_are_not_known(
        [Values(LossKind.Squared, LossKind.Absolute, LossKind.Huber, LossKind.Quantile)] LossKind loss,
        [Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model
    ) =>
        AssertSame(
            RandomNetwork.Decoding(CellKind.Gru, model),
            loss,
            Even,
            changeBatch: batch =>
            {
                for (int i = 0; i < batch.Count * batch.LabelWidth; i += 3)
                    batch.Labels[i] = float.NaN;
            }
        );

    private static void AssertSame(
        NetworkShape shape,
        LossKind loss,
        int[] lengths,
        Func<EngineSettings, EngineSettings>? configure = null,
        int quantiles = 1,
        Action<MiniBatch>? changeBatch = null
    )
    {
        EngineSettings settings = RandomNetwork.Settings(shape, loss) with { Optimizer = OptimizerKind.Sgd, Momentum = 0, Threads = 2 };
        // Small weights, so that what an orbit of rounding could do to a gradient stays small too.
        settings = (configure?.Invoke(settings) ?? settings) with
        {
            InitialWeights = RandomNetwork.Weights(shape, limit: 0.3f),
        };
        MiniBatch batch = RandomNetwork.Batch(shape, loss, lengths, quantiles: quantiles);
        changeBatch?.Invoke(batch);
        using SimdEngine simd = SimdEngine.Create<T>(settings);
        using TorchEngine torch = TorchEngine.Create(settings, out _);

        Assert.That(simd.TrainStep(batch, 1), Is.EqualTo(torch.TrainStep(batch, 1)).Within(1e-5));

        NetworkWeights before = settings.InitialWeights,
            expected = torch.GetWeights(),
            actual = simd.GetWeights();
        foreach (NamedTensor tensor in before.Tensors)
        {
            float[] wanted = Difference(tensor.Values, expected[tensor.Name]),
                got = Difference(tensor.Values, actual[tensor.Name]);
            Assert.That(got, Is.EqualTo(wanted).Within(1e-6 + 1e-4 * wanted.Max(MathF.Abs)), tensor.Name);
            // A layer of few rectifiers may be dead for a whole batch.
            Assert.That(
                shape.Cell == CellKind.ElmanRelu
                    || shape.ProjectionSize == 1
                    || shape.Convolutions.Any(convolution => convolution.Filters < 8)
                    || wanted.Any(value => value != 0),
                Is.True,
                $"{tensor.Name} has no gradient"
            );
        }
    }

    private static float[] Difference(float[] before, float[] after) => [.. before.Zip(after, (b, a) => b - a)];
}
