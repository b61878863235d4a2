using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines;

/// <summary>The moving average of the weights, on both engines, beside the average of what they return after each step.</summary>
[TestFixture]
public sealed class WeightAveragingTests
{
    private static readonly int[] _lengths = [5, 1, 7, 7, 2, 9, 3, 3, 8, 4, 6, 1, 1, 12, 9, 2, 5, 5, 10];

    // The decay of 14 steps is (1 + t) / (10 + t) up to .5, and then .55.
    private const float Decay = 0.55f;
    private const int Steps = 14;

    [Test, Pairwise]
    public void It_is_that_of_the_weights_after_each_step(
        [Values] bool onTorch,
        [Values] OptimizerKind optimizer,
        [Values(0f, 0.05f)] float clipNorm,
        [Values] bool tokens,
        [Values] bool freezes
    )
    {
        EngineSettings settings = Settings(tokens) with
        {
            Optimizer = optimizer,
            GradientClipNorm = clipNorm,
            WeightDecay = 0.1f,
            FreezesEmbeddings = tokens && freezes,
        };
        using ITrainingEngine engine = Create(settings, onTorch),
            plain = Create(settings with { WeightAveraging = 0 }, onTorch);
        var expected = settings.InitialWeights.Tensors.ToDictionary(tensor => tensor.Name, tensor => Doubles(tensor.Values));
        for (int step = 1; step <= Steps; step++)
        {
            double decay = Math.Min(Decay, (1 + step) / (10.0 + step));
            Assert.That(Train(engine, settings, step), Is.EqualTo(Train(plain, settings, step)), "the loss");
            foreach (NamedTensor tensor in engine.GetWeights().Tensors)
                expected[tensor.Name] =
                [
                    .. expected[tensor.Name].Zip(tensor.Values, (mean, weight) => decay * mean + (1 - decay) * weight),
                ];
        }
        Assert.That(plain.GetAverage(), Is.Null);
        NetworkWeights average = engine.GetAverage()!;
        foreach (NamedTensor tensor in engine.GetWeights().Tensors)
        {
            Assert.That(tensor.Values, Is.EqualTo(plain.GetWeights()[tensor.Name]), $"{tensor.Name} in training");
            Assert.That(average[tensor.Name], Is.EqualTo(expected[tensor.Name]).Within(1e-6), tensor.Name);
        }
    }

    [Test]
    public void A_state_is_taken_up_by_either_engine([Values] bool fromTorch)
    {
        EngineSettings settings = Settings(tokens: true);
        using ITrainingEngine first = Create(settings, fromTorch),
            second = Create(settings, !fromTorch);
        Train(first, settings, 1);
        Train(first, settings, 2);
        EngineState.Of(first).RestoreTo(second);
        foreach (NamedTensor tensor in first.GetAverage()!.Tensors)
            Assert.That(second.GetAverage()![tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
        Train(first, settings, 3);
        Train(second, settings, 3);
        foreach (NamedTensor tensor in first.GetAverage()!.Tensors)
            Assert.That(second.GetAverage()![tensor.Name], Is.EqualTo(tensor.Values).Within(1e-5), tensor.Name);
    }

    [Test]
    public void Setting_the_weights_leaves_it([Values] bool onTorch)
    {
        EngineSettings settings = Settings(tokens: true);
        using ITrainingEngine engine = Create(settings, onTorch);
        Train(engine, settings, 1);
        NetworkWeights average = engine.GetAverage()!;
        engine.SetWeights(RandomNetwork.Weights(settings.Shape, seed: 9));
        foreach (NamedTensor tensor in average.Tensors)
            Assert.That(engine.GetAverage()![tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }

    [Test]
    public void Threads_change_no_bit_of_it()
    {
        EngineSettings settings = Settings(tokens: true);
        using ITrainingEngine alone = SimdEngine.Create(settings with { Threads = 1 }),
            team = SimdEngine.Create(settings with { Threads = 3 });
        for (int step = 1; step <= 3; step++)
        {
            Train(alone, settings, step);
            Train(team, settings, step);
        }
        foreach (NamedTensor tensor in alone.GetAverage()!.Tensors)
            Assert.That(team.GetAverage()![tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static ITrainingEngine Create(EngineSettings settings, bool onTorch) =>
        onTorch ? TorchEngine.Create(settings, out _) : SimdEngine.Create(settings);

    private static float Train(ITrainingEngine engine, EngineSettings settings, int step) =>
        engine.TrainStep(RandomNetwork.Batch(settings.Shape, settings.Loss, _lengths, seed: step + 1), 0.01f);

    private static EngineSettings Settings(bool tokens)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers: 2, bidirectional: true);
        if (tokens)
            shape = shape with { Features = 0, Vocabulary = 40, EmbeddingSize = 6 };
        return RandomNetwork.Settings(shape, LossKind.CrossEntropy) with { WeightAveraging = Decay, Threads = 1 };
    }
}
