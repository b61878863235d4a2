using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Scoring;

/// <summary>Rows that are none as they should be.</summary>
[TestFixture]
public class ScoringOddRowsTests
{
    [Test]
    public void A_NaN_in_a_row_is_a_NaN_in_its_score([Values] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell) with { HeadHiddenSizes = [] };
        float[] steps = RandomNetwork.Uniform(new Random(1), 5 * shape.Features, 1),
            outputs = new float[shape.Outputs];
        steps[7] = float.NaN;
        using IScoringSession session = new SimdScorer(RandomParameters.Of(shape)).NewSession();

        session.Score(SequenceView.OfSteps(steps, shape.Features), outputs);

        Assert.That(outputs, Is.All.NaN);
    }

    [Test]
    [Category(Categories.Slow)]
    public void A_sequence_too_long_for_memory_is_told()
    {
        // 2^28 tokens of 16 numbers each: the states would be more numbers than an array can hold. The ids themselves are never touched.
        NetworkShape shape = RandomNetwork.Shape(CellKind.Elman) with
        {
            Features = 0,
            Vocabulary = 2,
            EmbeddingSize = 16,
        };
        using IScoringSession session = new SimdScorer(RandomParameters.Of(shape)).NewSession();

        var exception = Assert.Throws<InvalidOperationException>(() =>
            session.Score(SequenceView.OfTokens(Unread(1 << 28)), new float[shape.Outputs])
        )!;

        Assert.That(
            exception.Message,
            Is.EqualTo(
                "Rows are too long to be computed together: their states are 4294967296 numbers, and 2147483575 are the most. Split "
                    + "them, or in training set a smaller BatchSize."
            )
        );
    }

    // A span over one int that claims to be longer; any read goes beyond it.
    private static ReadOnlySpan<int> Unread(int length) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref _one, length);

    private static int _one = 1;
}
