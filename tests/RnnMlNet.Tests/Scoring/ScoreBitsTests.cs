using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Scoring;

/// <summary>
/// A row's score in a Transform is bit-identical, whatever the number of threads and the other rows.
/// </summary>
[TestFixture]
public class ScoreBitsTests
{
    private const int Rows = 5000;
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Threads_do_not_count([Values] CellKind cell)
    {
        float[] one = Scores(1);
        Assert.That(one.Distinct().Count(), Is.GreaterThan(Rows / 2), "Scores that differ.");
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.That(Scores(threads), Is.EqualTo(one), $"{threads} threads");

        float[] Scores(int threads)
        {
            using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads, ScoringRig.Shape(cell));
            return ScoringRig.Scores(model.Transform(ScoringRig.SequenceOnly(Rows)));
        }
    }

    [Test]
    public void Where_the_rows_begin_does_not_count([Values(1, 7, 31, 100, 301)] int skipped)
    {
        using RnnRegressionTransformer model = ScoringRig.Model(_ml, threads: 2);
        ProbeView data = ScoringRig.SequenceOnly(1000);

        float[] behind = ScoringRig.Scores(model.Transform(_ml.Data.SkipRows(data, skipped)));

        Assert.That(behind, Is.EqualTo(ScoringRig.Scores(model.Transform(data))[skipped..]));
    }

    [Test]
    public void The_rows_beside_it_do_not_count(
        [Values] CellKind cell,
        [Values] bool tokens,
        [Values(Pooling.Last, RandomNetwork.AllPooling)] Pooling pooling,
        [Values(19, 77)] int units
    ) => AssertTheSame(cell, tokens, pooling, units, blocks: 0);

    [Test]
    public void Nor_with_blocks_of_layers([ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks) =>
        AssertTheSame(CellKind.Gru, tokens: false, RandomNetwork.AllPooling, units: 19, blocks);

    private static void AssertTheSame(CellKind cell, bool tokens, Pooling pooling, int units, int blocks)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers: 2, bidirectional: true, pooling).WithBlocks(blocks) with
        {
            Features = tokens ? 0 : 3,
            Vocabulary = tokens ? 6 : 0,
            EmbeddingSize = tokens ? 5 : 0,
            HiddenSize = units,
        };
        var random = new Random(5);
        SequenceRows all = RandomRows(random, shape, 300);
        using IScoringSession session = new SimdScorer(TrainedNetworks.Of(shape, limit: 0.3f)).NewSession();
        float[] expected = Score(all);

        for (int turn = 0; turn < 20; turn++)
        {
            // A stretch of the rows, or some of them in another order.
            int[] chosen =
                turn % 2 == 0
                    ? [.. Enumerable.Range(random.Next(200), 1 + random.Next(100))]
                    : [.. Enumerable.Range(0, 1 + random.Next(70)).Select(_ => random.Next(all.Count))];
            var some = new SequenceRows(shape.Features);
            foreach (int row in chosen)
                some.Add(all[row]);
            Assert.That(
                Score(some),
                Is.EqualTo(chosen.SelectMany(row => expected[(2 * row)..(2 * row + 2)])),
                $"turn {turn}, {chosen.Length} rows"
            );
        }

        float[] Score(SequenceRows rows)
        {
            var outputs = new float[2 * rows.Count];
            session.Score(rows, outputs);
            return outputs;
        }
    }

    private static SequenceRows RandomRows(Random random, NetworkShape shape, int count)
    {
        var rows = new SequenceRows(shape.Features);
        for (int row = 0; row < count; row++)
        {
            int length = random.Next(13);
            rows.Add(
                shape.UsesTokens
                    ? SequenceView.OfTokens([.. Enumerable.Range(0, length).Select(_ => random.Next(shape.Vocabulary))])
                    : SequenceView.OfSteps(RandomNetwork.Uniform(random, length * shape.Features, 1.5f), shape.Features)
            );
        }
        return rows;
    }
}
