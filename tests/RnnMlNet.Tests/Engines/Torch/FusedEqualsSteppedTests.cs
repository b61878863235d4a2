using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>torch's fused layers equal the stepped cells: outputs, and the gradients of all weights.</summary>
public sealed class FusedEqualsSteppedTests
{
    private const double Tolerance = 1e-5;

    [Test]
    public void OutputsAndGradients_AreEqual(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values] bool ragged
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional);
        int[] lengths = ragged ? [6, 0, 1, 3, 6] : [6, 6, 6];

        AssertEqual(shape, RandomNetwork.Batch(shape, LossKind.Squared, lengths));
    }

    [Test]
    public void OutputsAndGradients_OfTokens_AreEqual([Values] CellKind cell, [Values] bool ragged)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, bidirectional: true) with { Features = 0, Vocabulary = 7, EmbeddingSize = 3 };
        int[] lengths = ragged ? [5, 0, 1, 2] : [5, 5];

        AssertEqual(shape, RandomNetwork.Batch(shape, LossKind.Squared, lengths));
    }

    /// <summary>
    /// A rectified state can grow without bound; its growth on padding must not affect the row's score or the gradients.
    /// </summary>
    [Test]
    public void Padding_AfterAStateThatGrows_DoesNotMatter([Values] bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.ElmanRelu, bidirectional: bidirectional);
        NetworkWeights weights = RandomNetwork.Weights(shape);
        foreach (NamedTensor tensor in weights.Tensors.Where(t => t.Name.StartsWith("rnn.weight_hh", StringComparison.Ordinal)))
            for (int i = 0; i < tensor.Values.Length; i++)
                tensor.Values[i] = i % (shape.HiddenSize + 1) == 0 ? 1.6f : 0;
        // The long row is all zeros but for its last step, and the biases are too: it stays small itself.
        foreach (NamedTensor tensor in weights.Tensors.Where(t => t.Name.StartsWith("rnn.bias", StringComparison.Ordinal)))
            Array.Clear(tensor.Values);
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [300, 3]);
        for (int t = 0; t < 300; t++)
            Array.Clear(batch.Steps, t * 2 * shape.Features, shape.Features);

        AssertEqual(shape, batch, weights);
    }

    private static void AssertEqual(NetworkShape shape, MiniBatch batch, NetworkWeights? weights = null)
    {
        EngineSettings settings = RandomNetwork.Settings(shape) with { InitialWeights = weights ?? RandomNetwork.Weights(shape) };
        var (fused, fusedGradients) = Run(settings, batch, stepped: false);
        var (stepped, steppedGradients) = Run(settings, batch, stepped: true);

        Assert.That(fused, Is.EqualTo(stepped).Within(Tolerance), "outputs");
        Assert.That(fusedGradients.Keys, Is.EqualTo(NetworkDefinition.TensorsOf(shape).Select(spec => spec.Name)));
        Assert.That(steppedGradients.Keys, Is.EqualTo(fusedGradients.Keys));
        Assert.That(steppedGradients.Values.SelectMany(g => g).Any(g => Math.Abs(g) > 1e-3), "the gradients are not all zero");
        foreach (var (name, gradient) in fusedGradients)
            Assert.That(gradient, Is.EqualTo(steppedGradients[name]).Within(Tolerance), $"gradient of {name}");
    }

    private static (float[] Outputs, Dictionary<string, float[]> Gradients) Run(EngineSettings settings, MiniBatch batch, bool stepped)
    {
        using var scope = NewDisposeScope();
        using var network = new RecurrentNetwork(settings, CPU, stepped);
        Tensor outputs = network.Forward(new TorchBatch(batch, CPU));
        TorchLoss.Sum(settings.Loss, outputs, TorchBatch.Labels(batch, CPU), TorchBatch.Weights(batch, CPU), batch.TotalWeight).backward();
        return (
            outputs.detach().data<float>().ToArray(),
            network.Weights.ToDictionary(w => w.Name, w => w.Parameter.grad!.data<float>().ToArray())
        );
    }
}
