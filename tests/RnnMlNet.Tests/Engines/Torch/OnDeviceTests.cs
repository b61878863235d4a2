using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>
/// The engine on torch, on a device, beside the C# engine on the CPU: every network there is, on batches of rows of different lengths.
/// </summary>
[TestFixture("cpu")]
[TestFixture("cuda", Category = Cuda.Category)]
public sealed class OnDeviceTests(string device)
{
    private const float LearningRate = 0.005f;
    private static readonly int[] _lengths = [5, 2, 7, 1, 7, 3],
        _even = [6, 6, 6];

    // Of what there are many; and of the others, where the CPU's engines are compared at length by SimdEngineTests.
    private const int FewSteps = 5;
    private readonly int _steps = device == "cpu" ? FewSteps : 50;

    [OneTimeSetUp]
    public void SkipWithoutDevice() => Cuda.SkipWithout(device);

    [Test, Pairwise]
    public void Losses_and_scores_are_those_of_the_engine_in_CSharp(
        [Values] CellKind cell,
        [Values] bool bidirectional,
        [Values(1, 2)] int layers
    )
    {
        // Each loss with another pooling for each cell, direction and number of layers.
        int place = 4 * (int)cell + 2 * layers + (bidirectional ? 1 : 0);
        foreach (LossKind loss in Enum.GetValues<LossKind>())
        {
            Pooling pooling = RandomNetwork.Poolings[(place + (int)loss) % RandomNetwork.Poolings.Length];
            AssertSame(Shape(cell, bidirectional, layers, pooling, loss), loss, _lengths, steps: FewSteps);
        }
    }

    [Test]
    public void They_are_on_rows_of_one_length_too([Values] CellKind cell, [Values] bool bidirectional) =>
        AssertSame(Shape(cell, bidirectional, 2, RandomNetwork.AllPooling, LossKind.Squared), LossKind.Squared, _even);

    [Test]
    public void They_are_of_tokens_too([Values] CellKind cell, [Values] bool bidirectional)
    {
        NetworkShape shape = Shape(cell, bidirectional, 1, Pooling.Last | Pooling.Attention, LossKind.CrossEntropy) with
        {
            Features = 0,
            Vocabulary = 12,
            EmbeddingSize = 6,
        };
        AssertSame(shape, LossKind.CrossEntropy, _lengths);
    }

    [Test]
    public void They_are_of_a_tagger_too([Values] CellKind cell, [Values] bool bidirectional) =>
        AssertSame(
            TinyTags.PerStep(Shape(cell, bidirectional, 2, Pooling.Last, LossKind.CrossEntropy)),
            LossKind.CrossEntropy,
            [5, 1, 7, 3]
        );

    [Test]
    public void They_are_of_a_decoder_too([Values] CellKind cell)
    {
        foreach (ForecastModel model in (ForecastModel[])[ForecastModel.Segments, ForecastModel.EncoderDecoder])
        foreach (int[] lengths in (int[][])[_even, _lengths])
            AssertSame(RandomNetwork.Decoding(cell, model), LossKind.Squared, lengths);
    }

    [Test]
    public void Rows_that_are_packed_give_the_same([Values] CellKind cell, [Values] bool bidirectional)
    {
        NetworkShape shape = Shape(cell, bidirectional, 2, RandomNetwork.AllPooling, LossKind.Huber);
        AssertSame(shape, LossKind.Huber, _lengths, settings => settings with { PacksRaggedRows = true });
    }

    [Test, Pairwise]
    public void It_goes_on_from_weights_optimiser_and_random_state(
        [Values] CellKind cell,
        [Values(0f, 0.2f)] float recurrentDropout,
        [Values] OptimizerKind optimizer
    )
    {
        EngineSettings settings = Settings(
            Shape(cell, bidirectional: true, 2, RandomNetwork.AllPooling, LossKind.Squared),
            LossKind.Squared
        ) with
        {
            DropoutRates = new DropoutRates
            {
                Dropout = 0.3f,
                InputDropout = 0.2f,
                HeadDropout = 0.4f,
                RecurrentDropout = recurrentDropout,
            },
            Optimizer = optimizer,
            Seed = 3,
        };
        MiniBatch batch = RandomNetwork.Batch(settings.Shape, settings.Loss, _lengths);
        using TorchEngine whole = TorchEngine.Create(settings, out _),
            resumed = TorchEngine.Create(settings with { Seed = 4 }, out _);
        Losses(whole, batch, 3);
        resumed.SetWeights(whole.GetWeights());
        resumed.SetOptimizerState(whole.GetOptimizerState());
        Assert.That(resumed.TrySetRandomState(whole.GetRandomState()), Is.True);

        float[] expected = Losses(whole, batch, 3);

        // A GPU adds up gradients in an order of the moment.
        Assert.That(Losses(resumed, batch, 3), Is.EqualTo(expected).Within(device == "cpu" ? 0 : 1e-4));
        Assert.That(expected.Distinct().Count(), Is.EqualTo(3), "Dropout is on.");
    }

    [Test]
    public void A_cell_of_a_users_own_trains_and_scores_as_on_the_CPU([Values] bool bidirectional, [Values] bool isEven)
    {
        const string Name = "on a device";
        using var registered = new RegisteredCell(Name, (input, hidden) => new GatedCell(input, hidden));
        NetworkShape shape = Shape(CellKind.Lstm, bidirectional, 2, RandomNetwork.AllPooling, LossKind.Squared) with { CustomCell = Name };
        EngineSettings settings = Settings(shape, LossKind.Squared) with { InitialWeights = WeightInitializer.Create(shape, 1, seed: 1) };
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, isEven ? _even : _lengths);
        using TorchEngine engine = TorchEngine.Create(settings, out _),
            onCpu = TorchEngine.Create(settings with { Device = "cpu" }, out _);

        Assert.That(Losses(engine, batch, _steps), Is.EqualTo(Losses(onCpu, batch, _steps)).Within(1e-3));
        onCpu.SetWeights(engine.GetWeights());
        Assert.That(Score(engine, batch, shape), Is.EqualTo(Score(onCpu, batch, shape)).Within(1e-5));
    }

    private void AssertSame(
        NetworkShape shape,
        LossKind loss,
        int[] lengths,
        Func<EngineSettings, EngineSettings>? configure = null,
        int? steps = null
    )
    {
        EngineSettings settings = Settings(shape, loss);
        MiniBatch batch = RandomNetwork.Batch(shape, loss, lengths);
        using SimdEngine simd = SimdEngine.Create(settings);
        using TorchEngine torch = TorchEngine.Create(configure is null ? settings : configure(settings), out _);
        string what = $"{shape.Pooling}, {loss}";
        Assert.That(torch.Description, Is.EqualTo(device == "cuda" ? "Torch on cuda:0" : $"Torch on {device}"));

        float[] expected = Losses(simd, batch, steps ?? _steps),
            losses = Losses(torch, batch, steps ?? _steps);
        Assert.That(losses, Is.EqualTo(expected).Within(1e-3 * Math.Max(1, expected[0])), what);
        simd.SetWeights(torch.GetWeights());
        MiniBatch scored = RandomNetwork.Batch(shape, loss, lengths == _even ? lengths : [.. lengths, 0], seed: 2);
        float[] scores = Score(simd, scored, shape);
        // The spacing of floats at 4 is four times that at 1, and a GPU adds in another order.
        double near = device == "cpu" ? 1e-5 : 1e-5 * Math.Max(1, scores.Max(Math.Abs));
        Assert.That(Score(torch, scored, shape), Is.EqualTo(scores).Within(near), what);
    }

    private static NetworkShape Shape(CellKind cell, bool bidirectional, int layers, Pooling pooling, LossKind loss) =>
        RandomNetwork.Shape(cell, layers, bidirectional, pooling) with
        {
            Outputs = loss switch
            {
                LossKind.CrossEntropy => 3,
                LossKind.Logistic => 1,
                _ => 2,
            },
        };

    // TensorFloat-32, which torch allows cuDNN by itself, has 11 bits.
    private EngineSettings Settings(NetworkShape shape, LossKind loss) =>
        new()
        {
            Shape = shape,
            InitialWeights = shape.CustomCell is null ? RandomNetwork.Weights(shape, limit: 0.4f) : new NetworkWeights([]),
            Loss = loss,
            Quantiles = RandomNetwork.Quantiles(loss, 1),
            Device = device,
            GradientClipNorm = 1,
            AllowTensorFloat32 = false,
        };

    private static float[] Losses(ITrainingEngine engine, MiniBatch batch, int steps) =>
        [.. Enumerable.Range(0, steps).Select(_ => engine.TrainStep(batch, LearningRate))];

    private static float[] Score(ITrainingEngine engine, MiniBatch batch, NetworkShape shape)
    {
        var scores = new float[batch.Items * shape.Outputs];
        engine.Score(batch, scores);
        if (shape.PerStep)
            // Outputs at the padding are unused.
            for (int i = 0; i < batch.Items; i++)
                if (i / batch.Count >= batch.Lengths[i % batch.Count])
                    scores.AsSpan(i * shape.Outputs, shape.Outputs).Clear();
        return scores;
    }
}
