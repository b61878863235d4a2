using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using TorchSharp;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>Scoring on torch, as on a GPU, gives what scoring in managed code does.</summary>
[TestFixture]
public class TorchScorerTests
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    /// <summary>All lengths in no order, empty rows among them.</summary>
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 120).Select(i => i * 7 % 40), 0, 0];

    [Test, Pairwise]
    public void Ragged_rows_score_as_in_managed_code(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values(Pooling.Last, RandomNetwork.AllPooling)] Pooling pooling
    ) => AssertAsSimd(TrainedNetworks.Of(RandomNetwork.Shape(cell, layers, bidirectional, pooling), limit: 0.4f), Lengths);

    [Test]
    public void Tokens_score_as_in_managed_code([Values] CellKind cell) =>
        AssertAsSimd(
            TrainedNetworks.Of(RandomNetwork.Shape(cell, 2, true) with { Features = 0, Vocabulary = 6, EmbeddingSize = 5 }, limit: 0.4f),
            Lengths
        );

    [TestCase(new int[0], TestName = "No_rows")]
    [TestCase(new[] { 0 }, TestName = "An_empty_row")]
    [TestCase(new[] { 0, 0, 0 }, TestName = "Empty_rows")]
    [TestCase(new[] { 9 }, TestName = "One_row")]
    [TestCase(new[] { 9, 9, 9, 9 }, TestName = "Rows_of_one_length")]
    [TestCase(new[] { 1, 1000 }, TestName = "A_short_row_and_a_long_one")]
    public void Odd_batches(int[] lengths)
    {
        foreach (CellKind cell in RandomNetwork.Cells)
            AssertAsSimd(TrainedNetworks.Of(RandomNetwork.Shape(cell, 1, true), limit: 0.4f), lengths);
    }

    [Test]
    public void A_row_alone_scores_as_among_others()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm), limit: 0.4f);
        using TorchScorer scorer = Scorer(network);
        using IScoringSession session = scorer.NewSession();
        SequenceRows rows = Rows(network.Shape, Lengths);
        float[] together = Score(session, rows, 2),
            alone = new float[2];
        for (int row = 0; row < rows.Count; row++)
        {
            session.Score(rows[row], alone);
            Assert.That(alone, Is.EqualTo(together[(2 * row)..(2 * row + 2)]).Within(1e-5), $"length {rows.LengthOf(row)}");
        }
    }

    [Test]
    public void Several_threads_score_what_one_does()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Gru, 2, true), limit: 0.4f);
        using TorchScorer scorer = Scorer(network);
        SequenceRows rows = Rows(network.Shape, Lengths);
        using IScoringSession one = scorer.NewSession();
        float[] expected = Score(one, rows, 2);
        var threads = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Factory.StartNew(
                    () =>
                    {
                        using IScoringSession session = scorer.NewSession();
                        return Enumerable.Range(0, 5).Select(_ => Score(session, rows, 2)).ToArray();
                    },
                    TaskCreationOptions.LongRunning
                )
            )
            .ToArray();

        foreach (var thread in threads)
        foreach (float[] scores in thread.Result)
            Assert.That(scores, Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void Scoring_leaves_no_tensor()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.ElmanRelu, 2, true), limit: 0.4f);
        SequenceRows rows = Rows(network.Shape, Lengths);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (TorchScorer scorer = Scorer(network))
        using (IScoringSession session = scorer.NewSession())
        {
            long made = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            Score(session, rows, 2);
            Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(made));
        }
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    [Test]
    public void After_its_disposal_it_says_so()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm));
        TorchScorer scorer = Scorer(network);
        using IScoringSession session = scorer.NewSession();
        scorer.Dispose();
        scorer.Dispose();
        Assert.That(
            () => Score(session, Rows(network.Shape, [3]), 2),
            Throws.TypeOf<ObjectDisposedException>().With.Message.EqualTo(ISequenceScorer.WasDisposed)
        );
    }

    /// <summary>Native memory must not go while a thread computes with it.</summary>
    [Test]
    public void Disposal_while_threads_score_ends_them_with_that_sentence()
    {
        TrainedNetwork network = TrainedNetworks.Of(RandomNetwork.Shape(CellKind.Lstm, 2, true), limit: 0.4f);
        SequenceRows rows = Rows(network.Shape, Lengths);
        for (int turn = 0; turn < 5; turn++)
        {
            TorchScorer scorer = Scorer(network);
            using var scored = new CountdownEvent(3);
            Task[] users =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(_ =>
                        Task.Factory.StartNew(
                            () =>
                            {
                                using IScoringSession session = scorer.NewSession();
                                Score(session, rows, 2);
                                scored.Signal();
                                while (true)
                                    Score(session, rows, 2);
                            },
                            CancellationToken.None,
                            TaskCreationOptions.LongRunning,
                            TaskScheduler.Default
                        )
                    ),
            ];
            Assert.That(scored.Wait(_longest), Is.True);

            scorer.Dispose();

            foreach (Task user in users)
                Assert.That(async () => await user.WaitAsync(_longest), Throws.TypeOf<ObjectDisposedException>());
        }
    }

    private static void AssertAsSimd(TrainedNetwork network, int[] lengths)
    {
        SequenceRows rows = Rows(network.Shape, lengths);
        using TorchScorer torch = Scorer(network);
        using IScoringSession native = torch.NewSession(),
            managed = new SimdScorer(network).NewSession();
        float[] expected = Score(managed, rows, 2),
            actual = Score(native, rows, 2);
        for (int row = 0; row < rows.Count; row++)
            Assert.That(
                actual[(2 * row)..(2 * row + 2)],
                Is.EqualTo(expected[(2 * row)..(2 * row + 2)]).Within(1e-5),
                $"row {row}, length {lengths[row]}"
            );
        Assert.That(Score(native, rows, 2), Is.EqualTo(actual), "The same rows again, in buffers that were used.");
    }

    private static TorchScorer Scorer(TrainedNetwork network) => new(network);

    private static SequenceRows Rows(NetworkShape shape, int[] lengths)
    {
        var random = new Random(3);
        var rows = new SequenceRows(shape.Features);
        foreach (int length in lengths)
            rows.Add(
                shape.UsesTokens
                    ? SequenceView.OfTokens([.. Enumerable.Range(0, length).Select(_ => random.Next(shape.Vocabulary))])
                    : SequenceView.OfSteps(RandomNetwork.Uniform(random, length * shape.Features, 1), shape.Features)
            );
        return rows;
    }

    private static float[] Score(IScoringSession session, SequenceRows rows, int width)
    {
        var outputs = new float[rows.Count * width];
        session.Score(rows, outputs);
        return outputs;
    }
}
