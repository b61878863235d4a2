using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Scoring;

[TestFixture]
public class KernelWarmUpTests
{
    [Test]
    public async Task Once_a_process_and_cell()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.ElmanRelu, 1, false);
        var scorer = new CountingScorer();

        await KernelWarmUp.Start(scorer, shape);
        int first = scorer.Scored;
        await KernelWarmUp.Start(scorer, shape);

        Assert.That(first, Is.LessThanOrEqualTo(1), "0 where another test made a network of this cell before.");
        Assert.That(scorer.Scored, Is.EqualTo(first));
    }

    [Test]
    public void A_row_of_zeros_suits_any_network([Values] CellKind cell, [Values] bool usesTokens)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, 2, true);
        if (usesTokens)
            shape = shape with { Features = 0, Vocabulary = 1, EmbeddingSize = 3 };
        using var scorer = new SimdScorer(RandomParameters.Of(shape));
        Assert.That(() => KernelWarmUp.ScoreZeros(scorer, shape), Throws.Nothing);
    }

    private sealed class CountingScorer : ISequenceScorer, IScoringSession
    {
        public int Scored { get; private set; }

        public IScoringSession NewSession() => this;

        public void Score(in SequenceView sequence, Span<float> outputs) => Scored++;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
