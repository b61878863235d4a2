using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Scoring;

/// <summary>The scorer beside libtorch, row by row and in a batch. Its other tests are those of RnnMlNet.Runtime.Tests.</summary>
public sealed class SimdScorerBesideTorchTests
{
    private static readonly int[] Lengths = [0, .. RandomNetwork.OddLengths];

    [Test]
    public void IsTheTorchEngine_AloneAndInABatch(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [Values(Pooling.Last, RandomNetwork.AllPooling)] Pooling pooling
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling);
        AssertEqualToTorch(shape, RandomNetwork.Batch(shape, LossKind.Squared, Lengths));
    }

    [Test, Pairwise]
    public void IsTheTorchEngine_WithBlocksOfLayers(
        [Values] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values(1, 3)] int layers,
        [Values] bool bidirectional,
        [Values(Pooling.Last, RandomNetwork.AllPooling)] Pooling pooling
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling).WithBlocks(blocks);
        AssertEqualToTorch(shape, RandomNetwork.Batch(shape, LossKind.Squared, Lengths));
    }

    [Test]
    public void IsTheTorchEngine_OfTokens([Values] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, bidirectional: true) with { Features = 0, Vocabulary = 6, EmbeddingSize = 5 };
        AssertEqualToTorch(shape, RandomNetwork.Batch(shape, LossKind.Squared, Lengths));
    }

    [Test]
    public void IsTheTorchEngine_OfCharacters([Values] bool bidirectional)
    {
        NetworkShape shape = RandomWords.Shape(RandomNetwork.Shape(CellKind.Lstm, bidirectional: bidirectional));
        AssertEqualToTorch(shape, RandomNetwork.Batch(shape, LossKind.Squared, Lengths));
    }

    private static void AssertEqualToTorch(NetworkShape shape, MiniBatch batch)
    {
        NetworkWeights weights = RandomNetwork.Weights(shape);
        using TorchEngine engine = TorchEngine.Create(RandomNetwork.Settings(shape) with { InitialWeights = weights }, out _);
        var together = new float[batch.Count * 2];
        engine.Score(batch, together);
        using IScoringSession session = new SimdScorer(new NetworkParameters(shape, weights, null, null)).NewSession();
        var single = new MiniBatch();
        for (int row = 0; row < batch.Count; row++)
        {
            SequenceView view = shape.UsesTokens
                ? SequenceView.OfTokens(RandomNetwork.Tokens(batch, row, shape), shape.TokenWidth)
                : SequenceView.OfSteps(RandomNetwork.Steps(batch, row), shape.Features);
            float[] managed = Score(session, view),
                alone = new float[2];
            BatchOfOne.Fill(single, view, shape.Features, null, shape.TokenWidth);
            engine.Score(single, alone);

            Assert.That(
                together.AsSpan(2 * row, 2).ToArray(),
                Is.EqualTo(managed).Within(1e-5),
                $"in a batch, length " + $"{batch.Lengths[row]}"
            );
            Assert.That(alone, Is.EqualTo(managed).Within(1e-5), $"alone, length {batch.Lengths[row]}");
        }
    }

    private static float[] Score(IScoringSession session, in SequenceView view)
    {
        var scores = new float[2];
        session.Score(view, scores);
        return scores;
    }
}
