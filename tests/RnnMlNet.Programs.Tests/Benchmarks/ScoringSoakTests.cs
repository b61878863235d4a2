using Microsoft.ML;
using NUnit.Framework;
using Scoring;
using Shared;

namespace RnnMlNet.Programs.Tests.Benchmarks;

[TestFixture]
public class ScoringSoakTests
{
    private static readonly Case _case = new(CellKind.Gru, Features: 2, Units: 5, Steps: 4);
    private readonly Row[] _rows = _case.RaggedRows(20);

    [Test]
    public void Every_score_is_the_one_known_beforehand()
    {
        Soak soak = Soak.Random(rowCount: 50);
        soak.Run(predictions: 4000);
        Assert.That(soak.Different, Is.Zero);
        Assert.That(soak.Memory, Has.Count.EqualTo(10));
        Assert.That(soak.Memory.Select(sample => Math.Min(sample.Heap, sample.Process)), Is.All.Positive);
    }

    [Test]
    public void A_score_that_differs_by_one_bit_is_counted()
    {
        var ml = new MLContext(seed: 1);
        using RnnMulticlassTransformer model = _case.Transformer(ml, _case.Network(), isRagged: true);
        float[][] expected = Expected(ml, model);
        foreach (float[] scores in expected)
            scores[2] = float.BitIncrement(scores[2]);

        var soak = new Soak(model, _rows, expected);
        soak.Run(predictions: 800);

        Assert.That(soak.Different, Is.EqualTo(800));
    }

    [Test]
    public void Rows_are_of_different_lengths()
    {
        int[] lengths = [.. _rows.Select(row => row.Steps.Length).Distinct()];
        Assert.That(lengths, Is.SubsetOf(Enumerable.Range(1, 7).Select(steps => steps * 2)));
        Assert.That(lengths, Has.Length.GreaterThan(3));
    }

    [TestCase(0, 5, 3, 5)]
    [TestCase(4, 5, 9, 7)]
    public void Growth_is_counted_from_the_first_sample_to_the_highest(long growth, params long[] samples)
    {
        Assert.That(MemorySample.Growth(samples), Is.EqualTo(growth));
    }

    private float[][] Expected(MLContext ml, ITransformer model)
    {
        using PredictionEngine<Row, Prediction> engine = PredictPeer.EngineOver(ml, model, size: 0);
        return [.. _rows.Select(row => engine.Predict(row).Score)];
    }
}
