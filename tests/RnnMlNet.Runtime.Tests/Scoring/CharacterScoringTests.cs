using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Scoring;

/// <summary>Words with their characters, in all modes of scoring.</summary>
[TestFixture]
public sealed class CharacterScoringTests
{
    private static readonly int[] _lengths = [5, 0, 1, 9, 3];

    /// <summary>Golden values of the definition in Python:
    /// <code>
    /// from math import sin, cos
    /// x = [[sin(2 * i), sin(2 * i + 1)] for i in [2, 4, 1, 6, 3]]    # beginning, a, an unknown character, c, end
    /// w = lambda f, e, k: cos(6 * f + 3 * e + k)
    /// [max(b + sum(w(f, e, k) * x[p + k - 1][e] for k in range(3) for e in range(2) if 0 &lt;= p + k - 1 &lt; 5) for p in range(5))
    ///  for f, b in enumerate([.1, -.2, .3])]
    /// </code></summary>
    [Test]
    public void A_words_vector_is_the_maximum_of_a_convolution()
    {
        var shape = new CharacterShape(Size: 2, Filters: 3, Alphabet: "abc");
        float[] vectors = [.. Enumerable.Range(0, 14).Select(i => MathF.Sin(i))],
            filters = [.. Enumerable.Range(0, 18).Select(i => MathF.Cos(i))];
        var weights = new NetworkWeights([
            new NamedTensor(CharacterConvolution.Vectors, [7, 2], vectors),
            new NamedTensor(CharacterConvolution.Filters, [3, 2, 3], filters),
            new NamedTensor(CharacterConvolution.Bias, [3], [0.1f, -0.2f, 0.3f]),
        ]);
        var vector = new float[3];
        CharacterProducts.Of(shape, weights).Write(RandomWords.Codes("axc"), vector);
        Assert.That(vector, Is.EqualTo(new[] { 1.4228960f, 1.0215013f, 1.3228025f }).Within(1e-5));
    }

    [Test, Pairwise]
    public void Every_mode_gives_the_scores_of_the_definition(
        [Values(CellKind.Gru, CellKind.Lstm)] CellKind cell,
        [Values] bool bidirectional,
        [Values(1, 3, 30)] int filters,
        [Values(Pooling.Last, RandomNetwork.AllPooling)] Pooling pooling
    )
    {
        NetworkShape shape = RandomWords.Shape(RandomNetwork.Shape(cell, 2, bidirectional, pooling), filters);
        NetworkParameters network = RandomParameters.Of(shape) with { LabelScaling = null };
        var scorer = new SimdScorer(network);
        var rows = new SequenceRows(0, 0, shape.TokenWidth);
        var random = new Random(1);
        foreach (int length in _lengths)
            rows.Add(SequenceView.OfTokens(RandomWords.Steps(shape, length, random), shape.TokenWidth));
        using IScoringSession session = scorer.NewSession();
        var together = new float[rows.Count * shape.Outputs];
        session.Score(rows, together);
        var naive = new NaiveNetwork(shape, network.Weights);
        for (int row = 0; row < rows.Count; row++)
        {
            double[] expected = naive.Score(rows[row].Tokens.ToArray());
            Assert.That(together.AsSpan(row * shape.Outputs, shape.Outputs).ToArray(), Is.EqualTo(expected).Within(1e-5), "together");
            var alone = new float[shape.Outputs];
            session.Score(rows[row], alone);
            Assert.That(alone, Is.EqualTo(expected).Within(1e-5), "alone");
            if (bidirectional)
                continue;
            var steps = new StepScorer(scorer.Network);
            for (int t = 0; t < rows.LengthOf(row); t++)
                steps.Take(rows[row].Slice(t, 1));
            steps.Answer(alone);
            Assert.That(alone, Is.EqualTo(expected).Within(1e-5), "step by step");
        }
    }
}
