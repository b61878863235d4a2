using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Simd.Training;

/// <summary>Rows whose activations are computed again segment by segment, beside the same with all activations kept.</summary>
[TestFixture]
public sealed class SegmentedPassTests
{
    private const long All = long.MaxValue;
    private const long None = 0;

    // After a step of plain gradient descent so fast, the change of the weights is the gradient to all its digits.
    private const float Rate = 1024;

    // Some hundred steps in three micro-batches, some rows of one step and of none: about eight segments of twelve steps.
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 40).Select(row => row * 37 % 91), 91, 90, 1];

    private static readonly DropoutRates AllDropout = new()
    {
        Dropout = 0.3f,
        RecurrentDropout = 0.25f,
        InputDropout = 0.2f,
        HeadDropout = 0.4f,
    };

    [Test]
    public void Gradients_and_outputs_are_those_of_kept_activations([Range(1, 60)] int seed)
    {
        NetworkShape shape = Drawn(seed);
        LossKind loss = shape.PerStep ? LossKind.CrossEntropy : LossKind.Squared;
        EngineSettings settings = Settings(shape, loss, seed);
        MiniBatch batch = RandomNetwork.Batch(shape, loss, Lengths, seed);

        AssertSame(settings, batch);
    }

    [Test]
    public void With_residual_connections_and_normalised_layers([Range(61, 90)] int seed)
    {
        NetworkShape shape = Drawn(seed).WithBlocks(1 + seed % 5);
        LossKind loss = shape.PerStep ? LossKind.CrossEntropy : LossKind.Squared;
        AssertSame(Settings(shape, loss, seed), RandomNetwork.Batch(shape, loss, Lengths, seed));
    }

    [Test]
    public void With_vectors_of_every_width([Values] bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers: 2, bidirectional) with { HiddenSize = 17 };
        EngineSettings settings = Settings(shape, LossKind.Squared, seed: 1);
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, Lengths);
        AssertSame(settings, batch, SimdEngine.Create<Lanes128>);
        AssertSame(settings, batch, SimdEngine.Create<Lanes256>);
        AssertSame(settings, batch, SimdEngine.Create<Lanes512>);
    }

    /// <summary>Gradients of a few rows are summed over many steps at a time.</summary>
    [Test]
    public void Of_a_few_rows([Values(1, 2, 3, 5)] int rows, [Values] bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional, Pooling.Last | Pooling.Mean | Pooling.Max);
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [.. Enumerable.Range(0, rows).Select(row => 200 - 57 * row / 2)]);
        AssertSame(Settings(shape, LossKind.Squared, seed: 2), batch);
    }

    [Test]
    public void A_decoder_is_trained_as_ever([Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model)
    {
        NetworkShape shape = RandomNetwork.Decoding(CellKind.Gru, model);
        AssertSame(
            Settings(shape, LossKind.Squared, seed: 3),
            RandomNetwork.Batch(shape, LossKind.Squared, [.. Enumerable.Repeat(30, 20)])
        );
    }

    /// <summary>The encoder of such steps has a state: the last present values, and the times since.</summary>
    [Test]
    public void Steps_of_times_and_missing_values_are_encoded_on_from_segment_to_segment([Range(1, 8)] int seed)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, layers: 1 + seed % 2, bidirectional: seed % 4 == 0);
        shape = MixedInput.Shape(shape with { Pooling = Pooling.Last | Pooling.Max }, seed);
        shape = shape with
        {
            StepColumns = shape.StepColumns with { MissingValues = MissingValues.LastValue },
            Convolutions = seed % 2 == 0 ? [new ConvolutionShape(12, 3, 1)] : [],
        };
        AssertSame(Settings(shape, LossKind.Squared, seed), Stored(shape, MixedInput.Parameters(shape, seed)));
    }

    /// <summary>Rows are convolved whole, and their outputs read segment by segment.</summary>
    [Test]
    public void Convolutions([Range(1, 8)] int seed)
    {
        NetworkShape shape = RandomNetwork.Shape(RandomNetwork.Cells[seed % RandomNetwork.Cells.Length], 1 + seed % 2, seed % 4 == 0);
        if (seed % 3 == 0)
            shape = TinyTags.PerStep(shape) with { Outputs = 3 };
        if (seed % 5 == 0)
            shape = shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 5 };
        if (seed % 7 == 0)
            shape = RandomWords.Shape(shape);
        int stride = shape.PerStep ? 1 : 1 + seed % 3;
        shape = shape.WithBlocks(seed % 6) with { Convolutions = [new ConvolutionShape(12, 3, 1), new ConvolutionShape(17, 4, stride)] };
        LossKind loss = shape.PerStep ? LossKind.CrossEntropy : LossKind.Squared;
        AssertSame(Settings(shape, loss, seed), RandomNetwork.Batch(shape, loss, [.. Lengths.Select(length => length * stride)], seed));
    }

    [Test]
    public void Long_and_short_batches_alternate()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers: 2, pooling: Pooling.Last | Pooling.Mean | Pooling.Max);
        EngineSettings settings = RandomNetwork.Settings(shape) with { DropoutRates = AllDropout, Threads = 2 };
        using SimdEngine kept = SimdEngine.Create(settings, All),
            segmented = SimdEngine.Create(settings, KeptBytes(shape, steps: 60, rows: 16));
        foreach (int longest in (int[])[80, 20, 200, 7, 100, 1, 90])
        {
            int[] lengths = [.. Lengths.Select(length => Math.Min(length * 2, longest))];
            MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, lengths, seed: longest);
            Assert.That(segmented.TrainStep(batch, 0.01f), Is.EqualTo(kept.TrainStep(batch, 0.01f)));
        }
        AssertEqual(segmented.GetWeights(), kept.GetWeights());
    }

    [Test]
    public void The_number_of_threads_changes_no_bit([Values] bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional);
        EngineSettings settings = RandomNetwork.Settings(shape) with { DropoutRates = AllDropout };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, Lengths);
        using SimdEngine one = SimdEngine.Create(settings with { Threads = 1 }, None),
            three = SimdEngine.Create(settings with { Threads = 3 }, None);
        for (int step = 0; step < 3; step++)
            Assert.That(three.TrainStep(batch, 0.01f), Is.EqualTo(one.TrainStep(batch, 0.01f)));
        AssertEqual(three.GetWeights(), one.GetWeights());
    }

    /// <summary>An LSTM of 64 units over 8 values in a micro-batch of 16 rows, all that a step and the scores allocate.</summary>
    [TestCase(Pooling.Last, false)]
    [TestCase(Pooling.Mean | Pooling.Max | Pooling.Attention, false)]
    [TestCase(Pooling.Last | Pooling.Mean | Pooling.Max, true)]
    [TestCase((Pooling)0, false)]
    public void Memory_grows_with_the_square_root_of_the_length(Pooling pooling, bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, 1, bidirectional, pooling);
        long few = Allocated(shape, steps: 1024, None),
            many = Allocated(shape, steps: 4 * 1024, None),
            kept = Allocated(shape, steps: 4 * 1024, All);

        Assert.That(many, Is.LessThan(2.2 * few));
        Assert.That(many, Is.LessThan(kept / 10));
    }

    [Test]
    public void Memory_of_blocks_in_one_direction_grows_so_too([Values(0, (int)Pooling.Last, (int)Pooling.Mean)] int pooling)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers: 2, pooling: (Pooling)pooling).WithBlocks(3);
        long few = Allocated(shape, steps: 1024, None),
            many = Allocated(shape, steps: 4 * 1024, None);
        Assert.That(many, Is.LessThan(2.2 * few));
    }

    /// <summary>What reads both directions of a step at once needs their states, and the gradients of these.</summary>
    [TestCase(1, Pooling.Attention)]
    [TestCase(2, Pooling.Mean)]
    [TestCase(1, (Pooling)0)]
    public void Of_both_directions_states_alone_are_kept(int layers, Pooling pooling)
    {
        const int Steps = 2048;
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers, bidirectional: true, pooling);
        long segmented = Allocated(shape, Steps, None),
            states = 2 * sizeof(float) * 16 * Steps * 2 * 64,
            kept = Allocated(shape, Steps, All);
        Assert.That(segmented, Is.InRange(states, 1.6 * states));
        Assert.That(segmented, Is.LessThan(kept / 3));
    }

    private static long Allocated(NetworkShape shape, int steps, long keptBytes)
    {
        shape = shape with { Features = 8, HiddenSize = 64, Outputs = 3 };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.CrossEntropy, [.. Enumerable.Repeat(steps, 16)]);
        float[] outputs = new float[batch.Items * shape.Outputs];
        EngineSettings settings = RandomNetwork.Settings(shape, LossKind.CrossEntropy) with { Threads = 1 };
        using SimdEngine engine = SimdEngine.Create(settings, keptBytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        engine.TrainStep(batch, 0.01f);
        engine.Score(batch, outputs);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static NetworkShape Drawn(int seed)
    {
        var random = new Random(seed);
        NetworkShape shape = RandomNetwork.Shape(
            RandomNetwork.Cells[random.Next(RandomNetwork.Cells.Length)],
            layers: 1 + random.Next(3),
            bidirectional: random.Next(2) == 0,
            RandomNetwork.Poolings[random.Next(RandomNetwork.Poolings.Length)]
        );
        shape = shape with { HiddenSize = 3 + random.Next(7), HeadHiddenSizes = [12] };
        if (random.Next(3) == 0)
            shape = TinyTags.PerStep(shape) with { Outputs = 3, IsChained = random.Next(2) == 0 };
        StaticUse use = (StaticUse)random.Next(3);
        int input = random.Next(4);
        if (input == 0)
        {
            shape = shape with { Features = 0, Vocabulary = 9, EmbeddingSize = 5, StaticFeatures = random.Next(3), StaticUse = use };
            return random.Next(2) == 0 ? shape : shape with { Characters = RandomWords.Shape(shape).Characters };
        }
        if (input == 1)
            shape = MixedInput.Shape(shape, seed) with { StaticUse = use };
        return random.Next(3) == 0 ? shape with { ProjectionSize = 6 } : shape;
    }

    private static EngineSettings Settings(NetworkShape shape, LossKind loss, int seed) =>
        RandomNetwork.Settings(shape, loss, seed) with
        {
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0,
            Threads = 1 + seed % 2,
            DropoutRates = seed % 3 == 0 ? new DropoutRates() : AllDropout,
            FreezesEmbeddings = seed % 7 == 0,
        };

    private static void AssertSame(EngineSettings settings, MiniBatch batch, Func<EngineSettings, long, SimdEngine>? create = null)
    {
        create ??= SimdEngine.Create;
        NetworkShape shape = settings.Shape;
        // Attention adds in another order, and both directions take other sums of steps at a time.
        bool isExact = !shape.Bidirectional && !shape.Pooling.HasFlag(Pooling.Attention);
        using SimdEngine kept = create(settings, All),
            segmented = create(settings, None);

        float[] expectedOutputs = Outputs(kept, settings, batch),
            outputs = Outputs(segmented, settings, batch);
        float outputTolerance = isExact || shape.PerStep ? 0 : 1e-6f * (1 + expectedOutputs.Max(MathF.Abs));
        Assert.That(outputs, Is.EqualTo(expectedOutputs).Within(outputTolerance));

        float loss = kept.TrainStep(batch, Rate);
        Assert.That(segmented.TrainStep(batch, Rate), Is.EqualTo(loss).Within(1e-6 * Math.Abs(loss)));
        double largest = settings.InitialWeights.Tensors.Max(before => Gradient(before, kept).Max(Math.Abs));
        foreach (NamedTensor before in settings.InitialWeights.Tensors)
        {
            double[] expected = Gradient(before, kept),
                actual = Gradient(before, segmented);
            // What is summed over the steps outside of the recurrent layers is summed in another order, and so are parameters of units.
            bool isOfUnits = before.Name.StartsWith("rnn.unit", StringComparison.Ordinal);
            bool isSame =
                isExact
                && !isOfUnits
                && (before.Name.StartsWith("rnn.", StringComparison.Ordinal) || !shape.PerStep && IsOfRow(before.Name));
            double tolerance = isSame ? 0 : 1e-6 * largest;
            Assert.That(actual, Is.EqualTo(expected).Within(tolerance), before.Name);
            Assert.That(
                expected.Any(value => value != 0) || shape.Cell == CellKind.ElmanRelu || settings.FreezesEmbeddings,
                Is.True,
                $"{before.Name} has a gradient"
            );
        }
    }

    private static bool IsOfRow(string name) => name.StartsWith("head.", StringComparison.Ordinal);

    private static double[] Gradient(NamedTensor before, SimdEngine engine) =>
        [.. before.Values.Zip(engine.GetWeights()[before.Name], (was, now) => ((double)was - now) / Rate)];

    private static float[] Outputs(SimdEngine engine, EngineSettings settings, MiniBatch batch)
    {
        float[] outputs = new float[batch.Items * settings.Shape.Outputs];
        engine.Score(batch, outputs);
        return outputs;
    }

    private static void AssertEqual(NetworkWeights actual, NetworkWeights expected)
    {
        foreach (NamedTensor tensor in expected.Tensors)
            Assert.That(actual[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }

    // Rows in a store, from which the engine encodes them itself.
    private static MiniBatch Stored(NetworkShape shape, NetworkParameters parameters)
    {
        int patch = shape.PatchLength;
        var store = new SequenceStore(shape.Features, labelWidth: shape.Outputs, staticFeatures: shape.StaticFeatures);
        for (int row = 0; row < Lengths.Length; row++)
            store.Add(
                MixedInput.View(shape, MixedInput.Row(shape, Math.Max(1, Lengths[row] / patch) * patch, row)),
                [.. Enumerable.Range(0, shape.Outputs).Select(i => (row + i) % 5 / 5f)],
                weight: 1 + row % 3
            );
        store.Seal();
        var batch = new MiniBatch();
        new BatchAssembler(store, InputEncoder.Of(parameters), labels: null) { LeavesStepsInStore = true }.Fill(
            batch,
            [.. Enumerable.Range(0, store.Count)]
        );
        return batch;
    }

    private static long KeptBytes(NetworkShape shape, int steps, int rows)
    {
        NetworkParts parts = NetworkParts.Create<Lanes256>(shape);
        return sizeof(float) * steps * rows * parts.Layers.Select((_, layer) => LayerPass.Whole(parts, layer).ElementsPerStep).Sum();
    }
}
