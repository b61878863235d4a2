using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>The loss of outputs at every step: torch's own cross_entropy with ignore_index where all rows weigh the same.</summary>
[TestFixture]
public class PerStepLossTests
{
    private static readonly int[] _lengths = [4, 1, 6, 2];

    [Test]
    public void The_loss_is_the_mean_over_all_labelled_steps([Values] bool simd)
    {
        NetworkShape shape = TinyTags.PerStep(RandomNetwork.Shape(CellKind.Gru)) with { Outputs = 3 };
        EngineSettings settings = RandomNetwork.Settings(shape, LossKind.CrossEntropy);
        MiniBatch batch = RandomNetwork.Batch(shape, LossKind.CrossEntropy, _lengths);
        for (int i = 0; i < batch.Items; i++)
            batch.Weights[i] = batch.Weights[i] > 0 ? 2.5f : 0;
        using ITrainingEngine engine = simd ? SimdEngine.Create(settings) : TorchEngine.Create(settings, out _);
        var outputs = new float[batch.Items * 3];
        engine.Score(batch, outputs);

        using var scope = NewDisposeScope();
        long[] labels = [.. Enumerable.Range(0, batch.Items).Select(i => batch.Weights[i] > 0 ? (long)batch.Labels[i] : -100)];
        float expected = nn.functional.cross_entropy(tensor(outputs).reshape(-1, 3), tensor(labels), ignore_index: -100).item<float>();

        Assert.That(labels.Count(label => label == -100), Is.GreaterThan(24 - _lengths.Sum()), "padding, and steps without a label");
        Assert.That(engine.TrainStep(batch, 0.1f), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void What_stands_in_the_place_of_a_label_that_is_missing_changes_nothing([Values] bool simd)
    {
        NetworkShape shape = TinyTags.PerStep(RandomNetwork.Shape(CellKind.Lstm, bidirectional: true)) with { Outputs = 3 };
        EngineSettings settings = RandomNetwork.Settings(shape, LossKind.CrossEntropy);
        float[] Weights(float instead)
        {
            MiniBatch batch = RandomNetwork.Batch(shape, LossKind.CrossEntropy, _lengths);
            for (int i = 0; i < batch.Items; i++)
                if (batch.Weights[i] == 0)
                    batch.Labels[i] = instead;
            using ITrainingEngine engine = simd ? SimdEngine.Create(settings) : TorchEngine.Create(settings, out _);
            engine.TrainStep(batch, 0.1f);
            return [.. engine.GetWeights().Tensors.SelectMany(tensor => tensor.Values)];
        }

        Assert.That(Weights(0), Is.EqualTo(Weights(2)));
    }
}
