using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines.Simd.Training;

/// <summary>The C# engine over several steps.</summary>
[TestFixture]
public sealed class SimdEngineTests
{
    private static readonly int[] Lengths =
    [
        5,
        1,
        7,
        7,
        2,
        9,
        3,
        3,
        8,
        4,
        6,
        1,
        1,
        12,
        9,
        2,
        5,
        5,
        10,
        4,
        4,
        11,
        3,
        6,
        7,
        2,
        9,
        8,
        8,
        5,
        1,
        3,
        6,
    ];

    private static readonly NetworkShape Shape = RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional: true);

    private static readonly NetworkShape TokenShape = Shape with { Features = 0, Vocabulary = 12, EmbeddingSize = 6 };

    private static readonly EngineSettings AllDropout = RandomNetwork.Settings(Shape) with
    {
        DropoutRates = new DropoutRates
        {
            Dropout = 0.3f,
            RecurrentDropout = 0.25f,
            InputDropout = 0.2f,
            HeadDropout = 0.4f,
        },
        GradientClipNorm = 1,
        Threads = 2,
    };

    [Test, Pairwise]
    public void A_hundred_steps_of_every_optimiser_are_torchs(
        [Values] OptimizerKind optimizer,
        [Values(0f, 0.01f)] float weightDecay,
        [Values] bool tokens
    )
    {
        EngineSettings settings = RandomNetwork.Settings(tokens ? TokenShape : Shape) with
        {
            Optimizer = optimizer,
            WeightDecay = weightDecay,
            GradientClipNorm = 1,
        };
        MiniBatch[] batches = [.. Enumerable.Range(0, 4).Select(seed => RandomNetwork.Batch(settings.Shape, settings.Loss, Lengths, seed))];
        using SimdEngine simd = SimdEngine.Create(settings);
        using TorchEngine torch = TorchEngine.Create(settings, out _);
        float rate = optimizer == OptimizerKind.Sgd ? 0.02f : 0.002f;
        for (int step = 0; step < 100; step++)
            Assert.That(
                simd.TrainStep(batches[step % 4], rate),
                Is.EqualTo(torch.TrainStep(batches[step % 4], rate)).Within(1e-3),
                $"step {step}"
            );
    }

    [TestCase(1, "C# on 1 thread, vectors of ")]
    [TestCase(2, "C# on 2 threads, vectors of ")]
    public void It_says_on_how_many_threads(int threads, string text)
    {
        using SimdEngine engine = SimdEngine.Create(RandomNetwork.Settings(Shape) with { Threads = threads });
        Assert.That(engine.Description, Does.StartWith(text));
    }

    [Test]
    public void The_number_of_threads_changes_no_bit([Values] bool tokens)
    {
        EngineSettings settings = AllDropout with { Shape = tokens ? TokenShape : Shape };
        settings = settings with { InitialWeights = RandomNetwork.Weights(settings.Shape) };
        NetworkWeights alone = Trained(settings with { Threads = 1 });
        foreach (int threads in (int[])[2, 3, 8])
            AssertSame(Trained(settings with { Threads = threads }), alone);
    }

    [Test]
    public void Another_seed_drops_others_and_dropout_matters()
    {
        NetworkWeights weights = Trained(AllDropout);
        Assert.That(Trained(AllDropout with { Seed = 2 })["head.0.weight"], Is.Not.EqualTo(weights["head.0.weight"]));
        DropoutRates all = AllDropout.DropoutRates;
        foreach (
            DropoutRates less in (DropoutRates[])
                [all with { Dropout = 0 }, all with { RecurrentDropout = 0 }, all with { InputDropout = 0 }, all with { HeadDropout = 0 }]
        )
            Assert.That(Trained(AllDropout with { DropoutRates = less })["head.0.weight"], Is.Not.EqualTo(weights["head.0.weight"]));
    }

    [Test]
    public void It_goes_on_from_weights_and_optimiser_state_to_the_bit([Values] OptimizerKind optimizer, [Values] bool tokens)
    {
        EngineSettings settings = AllDropout with { Shape = tokens ? TokenShape : Shape, Optimizer = optimizer };
        settings = settings with { InitialWeights = RandomNetwork.Weights(settings.Shape) };
        using SimdEngine whole = SimdEngine.Create(settings),
            second = SimdEngine.Create(settings);
        Step(whole, settings, 0, 3);
        second.SetWeights(whole.GetWeights());
        second.SetOptimizerState(whole.GetOptimizerState());
        Step(whole, settings, 3, 6);
        Step(second, settings, 3, 6);
        AssertSame(second.GetWeights(), whole.GetWeights());
    }

    [Test]
    public void It_scores_as_torch_does_and_without_dropout([Values] bool tokens)
    {
        EngineSettings settings = AllDropout with { Shape = tokens ? TokenShape : Shape };
        settings = settings with { InitialWeights = RandomNetwork.Weights(settings.Shape) };
        MiniBatch batch = RandomNetwork.Batch(settings.Shape, settings.Loss, [.. Lengths, 0]);
        using SimdEngine simd = SimdEngine.Create(settings);
        using TorchEngine torch = TorchEngine.Create(settings, out _);
        float[] outputs = new float[batch.Count * 2],
            expected = new float[batch.Count * 2];
        simd.Score(batch, outputs);
        torch.Score(batch, expected);
        Assert.That(outputs, Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Steps_read_from_the_store_are_as_those_of_a_padded_batch_to_the_bit()
    {
        MiniBatch padded = RandomNetwork.Batch(Shape, LossKind.Squared, Lengths);
        var store = new SequenceStore(Shape.Features, padded.LabelWidth);
        for (int b = 0; b < padded.Count; b++)
            store.Add(
                SequenceView.OfSteps(RandomNetwork.Steps(padded, b), Shape.Features),
                padded.Labels.AsSpan(b * padded.LabelWidth, padded.LabelWidth),
                padded.Weights[b]
            );
        var stored = new MiniBatch();
        new BatchAssembler(store, encoder: null, labels: null) { LeavesStepsInStore = true }.Fill(
            stored,
            [.. Enumerable.Range(0, padded.Count)]
        );
        using SimdEngine expected = SimdEngine.Create(AllDropout),
            actual = SimdEngine.Create(AllDropout);
        float[] scores = new float[padded.Count * 2],
            expectedScores = new float[padded.Count * 2];

        Assert.That(actual.TrainStep(stored, 0.01f), Is.EqualTo(expected.TrainStep(padded, 0.01f)));
        AssertSame(actual.GetWeights(), expected.GetWeights());
        actual.Score(stored, scores);
        expected.Score(padded, expectedScores);
        Assert.That(scores, Is.EqualTo(expectedScores));
    }

    [Test]
    public void A_loss_that_is_no_number_changes_nothing()
    {
        using SimdEngine engine = SimdEngine.Create(RandomNetwork.Settings(Shape));
        NetworkWeights before = engine.GetWeights();
        MiniBatch batch = RandomNetwork.Batch(Shape, LossKind.Squared, [3, 4]);
        batch.Steps[0] = float.NaN;
        Assert.That(engine.TrainStep(batch, 0.1f), Is.NaN);
        AssertSame(engine.GetWeights(), before);
    }

    private static NetworkWeights Trained(EngineSettings settings)
    {
        using SimdEngine engine = SimdEngine.Create(settings);
        Step(engine, settings, 0, 5);
        return engine.GetWeights();
    }

    private static void Step(SimdEngine engine, EngineSettings settings, int from, int to)
    {
        for (int step = from; step < to; step++)
            engine.TrainStep(RandomNetwork.Batch(settings.Shape, settings.Loss, Lengths, step), 0.01f);
    }

    private static void AssertSame(NetworkWeights actual, NetworkWeights expected)
    {
        foreach (NamedTensor tensor in expected.Tensors)
            Assert.That(actual[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }
}
