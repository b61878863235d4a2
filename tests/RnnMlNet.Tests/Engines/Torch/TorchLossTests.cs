using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

internal sealed class TorchLossTests
{
    // Two rows of the weights 1 and 3.
    [TestCase(LossKind.CrossEntropy, 3, new float[] { 1, 2, 3, 0.5f, -1, 0 }, new float[] { 2, 0 }, 0.554999)]
    [TestCase(LossKind.Logistic, 1, new float[] { 0.5f, -2 }, new float[] { 1, 0 }, 0.213715)]
    [TestCase(LossKind.Squared, 2, new float[] { 1, -2, 0.5f, 3 }, new float[] { 0.5f, 1, 0, 0 }, 4.625)]
    [TestCase(LossKind.Absolute, 2, new float[] { 1, -2, 0.5f, 3 }, new float[] { 0.5f, 1, 0, 0 }, 1.75)]
    [TestCase(LossKind.Huber, 2, new float[] { 1, -2, 0.5f, 3 }, new float[] { 0.5f, 1, 0, 0 }, 1.3125)]
    // By PyTorch's binary_cross_entropy_with_logits; the second row's first label has the weight 2.
    [TestCase(LossKind.MultiLabel, 2, new float[] { 1, -2, 0.5f, 3 }, new float[] { 0, 1, 2, 0 }, 1.928802)]
    public void Mean_OfWeightedRows_IsTheGoldenNumber(LossKind kind, int width, float[] outputs, float[] labels, double expected)
    {
        using var scope = NewDisposeScope();

        float loss = TorchLoss
            .Sum(kind, tensor(outputs).reshape(2, width), tensor(labels).reshape(2, -1), tensor(new float[] { 1, 3 }), 4)
            .item<float>();

        Assert.That(loss, Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Mean_IsThatOfTheManagedLosses([Values] LossKind kind, [Values(1, 5)] int rows)
    {
        using var scope = NewDisposeScope();
        int width = kind switch
        {
            LossKind.CrossEntropy => 4,
            LossKind.Logistic => 1,
            _ => 3,
        };
        var random = new Random(3);
        float[] outputs = RandomNetwork.Uniform(random, rows * width, 4);
        int labelWidth = kind is LossKind.CrossEntropy or LossKind.Logistic ? 1 : width;
        float[] labels = kind switch
        {
            LossKind.CrossEntropy => [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(width))],
            LossKind.Logistic => [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(2))],
            LossKind.MultiLabel => [.. Enumerable.Range(0, rows * width).Select(i => random.Next(2) * (1 + 0.5f * i))],
            _ => RandomNetwork.Uniform(random, rows * width, 2),
        };
        float[] weights = [.. Enumerable.Range(0, rows).Select(_ => 0.1f + (float)random.NextDouble())];

        float loss = TorchLoss
            .Sum(
                kind,
                tensor(outputs).reshape(rows, width),
                tensor(labels).reshape(rows, labelWidth),
                tensor(weights),
                weights.Sum(),
                quantiles: RandomNetwork.Quantiles(kind, 1)
            )
            .item<float>();

        double managed =
            Enumerable
                .Range(0, rows)
                .Sum(row =>
                    weights[row]
                    * LossRegistry
                        .Of(kind)
                        .Of(
                            outputs.AsSpan(row * width, width),
                            labels.AsSpan(row * labelWidth, labelWidth),
                            quantiles: RandomNetwork.Quantiles(kind, 1)
                        )
                ) / weights.Sum();
        Assert.That(loss, Is.EqualTo(managed).Within(1e-5));
    }

    [Test]
    public void ARowOfWeightZero_DoesNotCount([Values] LossKind kind)
    {
        using var scope = NewDisposeScope();
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru) with { Outputs = kind == LossKind.Logistic ? 1 : 2 };
        MiniBatch batch = RandomNetwork.Batch(shape, kind, [3, 4, 2]);
        batch.Weights[1] = 0;
        float[] outputs = RandomNetwork.Uniform(new Random(1), 3 * shape.Outputs, 1);

        float before = Loss(kind, shape, batch, outputs);
        for (int i = shape.Outputs; i < 2 * shape.Outputs; i++)
            outputs[i] += 5;

        Assert.That(Loss(kind, shape, batch, outputs), Is.EqualTo(before));
    }

    private static float Loss(LossKind kind, NetworkShape shape, MiniBatch batch, float[] outputs) =>
        TorchLoss
            .Sum(
                kind,
                tensor(outputs).reshape(batch.Count, shape.Outputs),
                TorchBatch.Labels(batch, CPU),
                TorchBatch.Weights(batch, CPU),
                batch.TotalWeight,
                quantiles: RandomNetwork.Quantiles(kind, 1)
            )
            .item<float>();
}
