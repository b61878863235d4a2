using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Scoring;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Simd.Training;

/// <summary>The C# engine's gradients beside differences of the loss of the naive network, in double precision, weight by weight.</summary>
[TestFixture]
public sealed class FiniteDifferencesTests
{
    private const double Step = 1e-5;

    // Of single precision.
    private const float LargeStep = 2e-3f;

    private static readonly int[] Lengths = [4, 1, 6, 2];

    [Test]
    public void Every_cell_direction_and_pooling(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values] bool bidirectional,
        [Values(Pooling.Last, Pooling.Mean, Pooling.Max, Pooling.Attention, RandomNetwork.AllPooling)] Pooling pooling
    ) => AssertGradients(RandomNetwork.Settings(Tiny(cell, bidirectional, pooling)));

    [Test, Pairwise]
    public void Blocks_of_layers(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values] bool bidirectional,
        [Values(Pooling.Last, Pooling.Mean | Pooling.Max, RandomNetwork.AllPooling)] Pooling pooling
    ) => AssertGradients(RandomNetwork.Settings(Tiny(cell, bidirectional, pooling).WithBlocks(blocks)));

    /// <summary>With the masks known.</summary>
    [Test]
    public void Recurrent_dropout(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.RecurrentCells))] CellKind cell,
        [Values] bool bidirectional,
        [Values(Pooling.Last, Pooling.Attention)] Pooling pooling
    ) =>
        AssertGradients(
            RandomNetwork.Settings(Tiny(cell, bidirectional, pooling)) with
            {
                DropoutRates = new DropoutRates { RecurrentDropout = 0.4f },
                Seed = 3,
            }
        );

    /// <summary>Of static numbers, with the masks known where there are some.</summary>
    [Test]
    public void An_initial_state(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values] bool bidirectional,
        [Values(StaticUse.InitialState, StaticUse.Both)] StaticUse use,
        [Values(0, 0.4f)] float dropout
    ) =>
        AssertGradients(
            RandomNetwork.Settings(
                Tiny(cell, bidirectional, Pooling.Last | Pooling.Mean) with
                {
                    Layers = 1,
                    StaticFeatures = 2,
                    StaticUse = use,
                }
            ) with
            {
                DropoutRates = new DropoutRates { RecurrentDropout = dropout },
                Seed = 3,
            }
        );

    /// <summary>The same masks each time, so the differences are those of the engine's own loss, in single precision.</summary>
    [Test]
    public void Dropout_before_a_decoders_head([Values] bool isParallel, [Values(0, 2)] int headLayer)
    {
        NetworkShape shape = RandomNetwork.Decoding(CellKind.Gru, isParallel ? ForecastModel.Segments : ForecastModel.EncoderDecoder) with
        {
            HiddenSize = 3,
            ProjectionSize = 2,
            HeadHiddenSizes = headLayer > 0 ? [headLayer] : [],
        };
        EngineSettings settings = RandomNetwork.Settings(shape) with
        {
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0,
            Threads = 1,
            DropoutRates = DropoutRates.OfHead(0.4f),
            TeacherForcing = 1,
            InitialWeights = RandomNetwork.Weights(shape, limit: 1),
        };
        AssertOwnDifferences(settings, RandomNetwork.Batch(shape, LossKind.Squared, Lengths));
    }

    [Test]
    public void A_learned_cycle([Values(ForecastModel.Segments, ForecastModel.Direct)] ForecastModel model, [Values(0, 3)] int season)
    {
        // Without the kinks of a projection's rectifier.
        NetworkShape shape = RandomNetwork.Cycling(CellKind.Gru, model, season) with
        {
            HiddenSize = 3,
            ProjectionSize = 0,
        };
        EngineSettings settings = RandomNetwork.Settings(shape) with
        {
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0,
            Threads = 1,
            InitialWeights = RandomNetwork.Weights(shape, limit: 1),
        };
        AssertOwnDifferences(settings, RandomNetwork.Batch(shape, LossKind.Squared, [6, 6, 6]));
    }

    /// <summary>Some steps have no label.</summary>
    [Test]
    public void A_conditional_random_field([Values] bool tokens, [Values] bool dropout)
    {
        NetworkShape shape = TinyTags.PerStep(RandomNetwork.Shape(CellKind.Gru, bidirectional: true)) with
        {
            Outputs = 3,
            HiddenSize = 3,
            IsChained = true,
        };
        if (tokens)
            shape = shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 2 };
        EngineSettings settings = RandomNetwork.Settings(shape, LossKind.CrossEntropy) with
        {
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0,
            Threads = 1,
            DropoutRates = DropoutRates.OfHead(dropout ? 0.4f : 0),
            InitialWeights = RandomNetwork.Weights(shape, limit: 1),
        };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.CrossEntropy, Lengths);
        // A row's steps have one weight.
        for (int i = 0; i < batch.Items; i++)
            batch.Weights[i] = batch.Weights[i] > 0 ? 1 + i % batch.Count : 0;
        AssertOwnDifferences(settings, batch);
    }

    private static void AssertOwnDifferences(EngineSettings settings, MiniBatch batch)
    {
        using SimdEngine engine = SimdEngine.Create(settings);
        double loss = engine.TrainStep(batch, 1);
        if (settings.DropoutRates.HeadDropout > 0)
            Assert.That(Loss(settings with { DropoutRates = new DropoutRates() }, batch), Is.Not.EqualTo(loss).Within(1e-3));
        NetworkWeights after = engine.GetWeights();
        foreach (NamedTensor tensor in settings.InitialWeights.Tensors)
            for (int i = 0; i < tensor.Values.Length; i++)
            {
                float weight = tensor.Values[i];
                double above = Loss(Changed(settings, tensor.Name, i, weight + LargeStep), batch),
                    below = Loss(Changed(settings, tensor.Name, i, weight - LargeStep), batch);
                double expected = (above - below) / (2 * LargeStep);
                Assert.That(
                    weight - after[tensor.Name][i],
                    Is.EqualTo(expected).Within(2e-3 + 1e-2 * Math.Abs(expected)),
                    $"{tensor.Name}, {i}"
                );
            }
    }

    private static double Loss(EngineSettings settings, MiniBatch batch)
    {
        using SimdEngine engine = SimdEngine.Create(settings);
        return engine.TrainStep(batch, 1);
    }

    private static EngineSettings Changed(EngineSettings settings, string name, int index, float value) =>
        settings with
        {
            InitialWeights = new NetworkWeights(
                settings.InitialWeights.Tensors.Select(tensor => new NamedTensor(
                    tensor.Name,
                    tensor.Shape,
                    [.. tensor.Values.Select((weight, i) => tensor.Name == name && i == index ? value : weight)]
                ))
            ),
        };

    private static NetworkShape Tiny(CellKind cell, bool bidirectional, Pooling pooling) =>
        RandomNetwork.Shape(cell, layers: 2, bidirectional, pooling) with
        {
            Features = 2,
            HiddenSize = 3,
            HeadHiddenSizes = [],
        };

    private static void AssertGradients(EngineSettings settings)
    {
        // Large weights, so that gradients are large beside the tolerance.
        settings = settings with
        {
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0,
            Threads = 1,
            InitialWeights = RandomNetwork.Weights(settings.Shape, limit: 1.3f),
        };
        MiniBatch batch = RandomNetwork.Batch(settings.Shape, LossKind.Squared, Lengths);
        using SimdEngine engine = SimdEngine.Create(settings);
        double loss = engine.TrainStep(batch, 1);
        NetworkWeights after = engine.GetWeights();

        var naive = new NaiveNetwork(settings.Shape, settings.InitialWeights);
        double naiveLoss = Loss(naive, batch, settings);
        Assert.That(loss, Is.EqualTo(naiveLoss).Within(1e-5 + 1e-6 * naiveLoss));
        foreach (NamedTensor tensor in settings.InitialWeights.Tensors)
        {
            double[] expected =
            [
                .. Enumerable.Range(0, tensor.Values.Length).Select(i => Difference(naive, batch, settings, naive.Weights[tensor.Name], i)),
            ];
            double[] gradient = [.. tensor.Values.Zip(after[tensor.Name], (before, now) => (double)before - now)];
            for (int i = 0; i < expected.Length; i++)
                Assert.That(gradient[i], Is.EqualTo(expected[i]).Within(1e-6 + 1e-3 * Math.Abs(expected[i])), $"{tensor.Name}, {i}");
            Assert.That(
                settings.Shape.Cell == CellKind.ElmanRelu || expected.Any(value => Math.Abs(value) > 1e-4),
                Is.True,
                $"{tensor.Name} has a gradient"
            );
        }
    }

    private static double Difference(NaiveNetwork network, MiniBatch batch, EngineSettings settings, double[] weights, int i)
    {
        double weight = weights[i];
        weights[i] = weight + Step;
        double above = Loss(network, batch, settings);
        weights[i] = weight - Step;
        double below = Loss(network, batch, settings);
        weights[i] = weight;
        return (above - below) / (2 * Step);
    }

    /// <summary>The rows' weighted mean of their squared errors' means.</summary>
    private static double Loss(NaiveNetwork network, MiniBatch batch, EngineSettings settings)
    {
        double sum = 0,
            weights = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            if (settings.DropoutRates.RecurrentDropout > 0)
                network.StateMask = MasksOf(row, settings);
            int statics = settings.Shape.StaticFeatures;
            network.Statics = [.. batch.StaticInputs.Skip(row * statics).Take(statics).Select(value => (double)value)];
            double[] outputs = network.Score(RandomNetwork.Steps(batch, row));
            sum +=
                batch.Weights[row]
                * outputs.Select((output, i) => Math.Pow(output - batch.Labels[row * batch.LabelWidth + i], 2)).Average();
            weights += batch.Weights[row];
        }
        return sum / weights;
    }

    // Those of the first step of a training.
    private static Func<string, double[]> MasksOf(int row, EngineSettings settings) =>
        suffix =>
        {
            float[] mask = [.. Enumerable.Repeat(1f, settings.Shape.HiddenSize)];
            int layer = suffix[1] - '0',
                direction = suffix.EndsWith("_reverse", StringComparison.Ordinal) ? 1 : 0;
            var dropout = new DropoutMask(settings.Seed, step: 0, RecurrentDropout.Place(layer));
            dropout.Apply(mask, settings.DropoutRates.RecurrentDropout, row, direction);
            return [.. mask.Select(value => (double)value)];
        };
}
