using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines;

/// <summary>Frozen embeddings: both engines leave them as they are, and train all else alike.</summary>
[TestFixture]
public sealed class FrozenEmbeddingsTests
{
    private static readonly int[] _lengths = [5, 1, 7, 7, 2, 9, 3, 3, 8, 4, 6, 1, 1, 12, 9, 2, 5, 5, 10];

    [Test, Pairwise]
    public void Both_engines_leave_them_and_agree_on_all_else(
        [Values] OptimizerKind optimizer,
        [Values] bool perStep,
        [Values(0f, 0.05f)] float clipNorm,
        [Values(0f, 0.1f)] float weightDecay
    )
    {
        EngineSettings settings = Settings(perStep) with
        {
            Optimizer = optimizer,
            GradientClipNorm = clipNorm,
            WeightDecay = weightDecay,
            FreezesEmbeddings = true,
        };
        using ITrainingEngine simd = SimdEngine.Create(settings),
            torch = TorchEngine.Create(settings, out _);
        for (int step = 0; step < 4; step++)
            Assert.That(Train(simd, settings, step), Is.EqualTo(Train(torch, settings, step)).Within(1e-4), $"step {step}");

        NetworkWeights trained = simd.GetWeights();
        foreach (ITrainingEngine engine in (ITrainingEngine[])[simd, torch])
            Assert.That(
                engine.GetWeights()[WeightLayout.Embedding],
                Is.EqualTo(settings.InitialWeights[WeightLayout.Embedding]),
                engine.Description
            );
        foreach (NamedTensor tensor in torch.GetWeights().Tensors)
        {
            Assert.That(trained[tensor.Name], Is.EqualTo(tensor.Values).Within(1e-4), tensor.Name);
            if (tensor.Name != WeightLayout.Embedding)
                Assert.That(tensor.Values, Is.Not.EqualTo(settings.InitialWeights[tensor.Name]), tensor.Name);
        }
    }

    [Test]
    public void A_state_is_taken_up_by_either_engine([Values] bool fromTorch)
    {
        EngineSettings settings = Settings(perStep: false) with { FreezesEmbeddings = true };
        using ITrainingEngine first = Create(settings, fromTorch),
            second = Create(settings, !fromTorch);
        Train(first, settings, 0);
        second.SetWeights(first.GetWeights());
        second.SetOptimizerState(first.GetOptimizerState());
        Assert.That(Train(second, settings, 1), Is.EqualTo(Train(first, settings, 1)).Within(1e-5));
        foreach (NamedTensor tensor in first.GetWeights().Tensors)
            Assert.That(second.GetWeights()[tensor.Name], Is.EqualTo(tensor.Values).Within(1e-5), tensor.Name);
    }

    private static ITrainingEngine Create(EngineSettings settings, bool onTorch) =>
        onTorch ? TorchEngine.Create(settings, out _) : SimdEngine.Create(settings);

    private static float Train(ITrainingEngine engine, EngineSettings settings, int step) =>
        engine.TrainStep(RandomNetwork.Batch(settings.Shape, settings.Loss, _lengths, seed: step + 1), 0.01f);

    private static EngineSettings Settings(bool perStep)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers: 2, bidirectional: true, perStep ? 0 : RandomNetwork.AllPooling);
        return RandomNetwork.Settings(shape with { Features = 0, Vocabulary = 12, EmbeddingSize = 6 }, LossKind.CrossEntropy);
    }
}
