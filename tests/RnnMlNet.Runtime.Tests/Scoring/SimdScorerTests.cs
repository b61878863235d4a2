using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Scoring;

public sealed class SimdScorerTests
{
    private static readonly int[] Lengths = [0, .. RandomNetwork.OddLengths];

    [Test, Pairwise]
    [Category(Categories.Slow)]
    public void IsTheNaiveNetwork(
        [Values] CellKind cell,
        [Values(1, 2, 3)] int layers,
        [Values] bool bidirectional,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling);
        NetworkWeights weights = RandomNetwork.Weights(shape);
        var naive = new NaiveNetwork(shape, weights);
        using IScoringSession session = Scorer(shape, weights).NewSession();
        var random = new Random(1);
        foreach (int length in Lengths)
        {
            float[] steps = RandomNetwork.Uniform(random, length * 3, 1.5f);
            Assert.That(Score(session, SequenceView.OfSteps(steps, 3)), Is.EqualTo(naive.Score(steps)).Within(1e-5), $"length {length}");
        }
    }

    /// <summary>Scores of ±1000, whose powers alone are beyond all numbers, rising and falling over the steps.</summary>
    [Test]
    public void Attention_to_one_step_alone([Values(-1000, 1000)] float weight, [Values] bool rising)
    {
        NetworkShape shape = new()
        {
            Cell = CellKind.ElmanRelu,
            Features = 1,
            HiddenSize = 1,
            Pooling = Pooling.Attention,
        };
        NetworkParameters network = RandomParameters.OfStates(
            shape,
            ("weight_ih_l0", [1]),
            ("weight_hh_l0", [0]),
            ("bias_ih_l0", [0]),
            ("bias_hh_l0", [0]),
            (WeightLayout.Attention, [weight])
        );
        float[] steps = rising ? [0.5f, 1, 1.5f, 2] : [2, 1.5f, 1, 0.5f];
        using IScoringSession session = new SimdScorer(network).NewSession();

        Assert.That(Score(session, SequenceView.OfSteps(steps, 1), 1)[0], Is.EqualTo(weight > 0 ? 2 : 0.5f).Within(1e-6));
    }

    /// <summary>Widths around those of vectors, and heads of none and several hidden layers.</summary>
    [Test, Pairwise]
    public void IsTheNaiveNetwork_AtOddWidths(
        [Values] CellKind cell,
        [Values(1, 2, 7, 8, 9, 15, 16, 17, 33)] int width,
        [Values(0, 1, 2)] int headLayers
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers: 2, bidirectional: true) with
        {
            Features = width,
            HiddenSize = width,
            HeadHiddenSizes = [.. Enumerable.Range(1, headLayers).Select(j => width * j + 1)],
            Outputs = width,
        };
        NetworkWeights weights = RandomNetwork.Weights(shape, limit: 0.3f);
        float[] steps = RandomNetwork.Uniform(new Random(2), 5 * width, 1);
        using IScoringSession session = Scorer(shape, weights).NewSession();

        Assert.That(
            Score(session, SequenceView.OfSteps(steps, width), width),
            Is.EqualTo(new NaiveNetwork(shape, weights).Score(steps)).Within(1e-5)
        );
    }

    [Test]
    public void IsTheNaiveNetwork_OfTokens([Values] CellKind cell, [Values] bool bidirectional)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, 2, bidirectional) with { Features = 0, Vocabulary = 6, EmbeddingSize = 5 };
        NetworkWeights weights = RandomNetwork.Weights(shape);
        var naive = new NaiveNetwork(shape, weights);
        using IScoringSession session = Scorer(shape, weights).NewSession();
        var random = new Random(1);
        foreach (int length in Lengths)
        {
            int[] tokens = [.. Enumerable.Range(0, length).Select(_ => random.Next(6))];
            Assert.That(Score(session, SequenceView.OfTokens(tokens)), Is.EqualTo(naive.Score(tokens)).Within(1e-5), $"length {length}");
        }
    }

    /// <summary>More rows than a chunk holds, of all lengths in no order: each scores as it does alone.</summary>
    [Test, Pairwise]
    [Category(Categories.Slow)]
    public void RowsTogether_ScoreAsEachAlone(
        [Values] CellKind cell,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling) with { HiddenSize = 17 };
        AssertTogetherAsAlone(shape, 3, [.. Enumerable.Range(0, 130).Select(i => Lengths[i * 7 % Lengths.Length])]);
    }

    /// <summary>Every number of rows that a register tile can be left with.</summary>
    [Test]
    [Category(Categories.Slow)]
    public void RowsTogether_AnyNumber([Values] CellKind cell, [Values(1, 2, 7, 16, 33, 64, 65)] int width)
    {
        NetworkShape shape = RandomNetwork.Shape(cell) with { Features = width, HiddenSize = width };
        for (int rows = 0; rows <= 14; rows++)
            AssertTogetherAsAlone(shape, width, [.. Enumerable.Repeat(4, rows)], limit: 1 / MathF.Sqrt(width) / 2);
    }

    [Test]
    public void TokensTogether_ScoreAsEachAlone([Values] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, 2, true) with { Features = 0, Vocabulary = 6, EmbeddingSize = 5 };
        var random = new Random(1);
        int[][] tokens = [.. Enumerable.Range(0, 60).Select(i => Enumerable.Range(0, i % 11).Select(_ => random.Next(6)).ToArray())];
        var rows = new SequenceRows(0);
        foreach (int[] row in tokens)
            rows.Add(SequenceView.OfTokens(row));
        using IScoringSession session = new SimdScorer(RandomParameters.Of(shape)).NewSession();

        float[] together = Together(session, rows, 2);

        for (int i = 0; i < tokens.Length; i++)
            Assert.That(
                together[(2 * i)..(2 * i + 2)],
                Is.EqualTo(Score(session, SequenceView.OfTokens(tokens[i]))).Within(1e-6),
                $"length {tokens[i].Length}"
            );
    }

    [Test]
    [Category(Categories.Slow)]
    public void RowsTogether_AllocateNothing([Values] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, 2, true);
        using IScoringSession session = new SimdScorer(RandomParameters.Of(shape)).NewSession();
        SequenceRows rows = Rows(3, [.. Enumerable.Range(0, 100).Select(i => i % 34)]);
        var outputs = new float[2 * rows.Count];
        for (int call = 0; call < 3; call++)
            session.Score(rows, outputs);

        long allocated = Allocation.Least(() =>
        {
            for (int call = 0; call < 20; call++)
                session.Score(rows, outputs);
        });
        Assert.That(allocated, Is.Zero);
    }

    /// <summary>A row longer than the stretch of steps whose inputs are kept, forwards and backwards.</summary>
    [Test]
    [Category(Categories.Slow)]
    public void LongRows([Values] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, 2, true) with { HiddenSize = 70 };
        NetworkWeights weights = RandomNetwork.Weights(shape, limit: 0.2f);
        float[] steps = RandomNetwork.Uniform(new Random(5), 700 * 3, 1);
        using IScoringSession session = Scorer(shape, weights).NewSession();

        Assert.That(Score(session, SequenceView.OfSteps(steps, 3)), Is.EqualTo(new NaiveNetwork(shape, weights).Score(steps)).Within(2e-5));
    }

    [Test]
    public void Features_AreStandardised_AndOutputsGoBackToLabelUnits()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru);
        NetworkWeights weights = RandomNetwork.Weights(shape);
        var features = new FeatureScaling([1, 2, 3], [2, 4, 8]);
        var labels = new FeatureScaling([10, 20], [3, 5]);
        double[] plain = new NaiveNetwork(shape, weights).Score(new float[] { 0, 0, 0, 1, 1, 1 });
        using IScoringSession session = Scorer(shape, weights, features, labels).NewSession();

        Assert.That(
            Score(session, SequenceView.OfSteps([1, 2, 3, 3, 6, 11], 3)),
            Is.EqualTo(new[] { 10 + 3 * plain[0], 20 + 5 * plain[1] }).Within(1e-5)
        );
    }

    /// <summary>Nothing of a row stays for the next.</summary>
    [Test]
    public void Rows_DoNotSeeEachOther([Values] CellKind cell)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, 2, true);
        SimdScorer scorer = Scorer(shape, RandomNetwork.Weights(shape));
        using IScoringSession used = scorer.NewSession();
        var random = new Random(1);
        foreach (int length in (int[])[9, 0, 33, 1, 5, 0])
        {
            float[] steps = RandomNetwork.Uniform(random, length * 3, 1);
            using IScoringSession fresh = scorer.NewSession();
            Assert.That(
                Score(used, SequenceView.OfSteps(steps, 3)),
                Is.EqualTo(Score(fresh, SequenceView.OfSteps(steps, 3))),
                $"length {length}"
            );
        }
    }

    [Test]
    public void Sessions_OnManyThreads_ScoreTheSame()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, 2, true);
        SimdScorer scorer = Scorer(shape, RandomNetwork.Weights(shape));
        float[][] rows = [.. Enumerable.Range(0, 200).Select(i => RandomNetwork.Uniform(new Random(i), i % 34 * 3, 1))];
        using IScoringSession one = scorer.NewSession();
        float[][] expected = [.. rows.Select(row => Score(one, SequenceView.OfSteps(row, 3)))];
        var scores = new float[8][][];

        Thread[] threads =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(t => new Thread(() =>
                {
                    using IScoringSession session = scorer.NewSession();
                    scores[t] = [.. rows.Select(row => Score(session, SequenceView.OfSteps(row, 3)))];
                })),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        Assert.That(scores, Is.All.EqualTo(expected));
    }

    [Test]
    public void Scoring_AllocatesNothing([Values] CellKind cell, [Values(1, 2)] int layers, [Values] bool tokens)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, true);
        if (tokens)
            shape = shape with { Features = 0, Vocabulary = 6, EmbeddingSize = 20 };
        using IScoringSession session = Scorer(
                shape,
                RandomNetwork.Weights(shape),
                tokens ? null : new FeatureScaling([0, 0, 0], [1, 1, 1]),
                new FeatureScaling([0, 0], [1, 1])
            )
            .NewSession();
        float[] steps = new float[9 * 3],
            outputs = new float[2];
        int[] ids = new int[9];
        ScoreOnce();

        long allocated = Allocation.Least(() =>
        {
            for (int call = 0; call < 20; call++)
                ScoreOnce();
        });
        Assert.That(allocated, Is.Zero);

        void ScoreOnce() => session.Score(tokens ? SequenceView.OfTokens(ids) : SequenceView.OfSteps(steps, 3), outputs);
    }

    private static void AssertTogetherAsAlone(NetworkShape shape, int features, int[] lengths, float limit = 0.4f)
    {
        using IScoringSession session = new SimdScorer(RandomParameters.Of(shape, limit: limit)).NewSession();
        SequenceRows rows = Rows(features, lengths);

        float[] together = Together(session, rows, 2);

        for (int i = 0; i < lengths.Length; i++)
            Assert.That(
                together[(2 * i)..(2 * i + 2)],
                Is.EqualTo(Score(session, rows[i])).Within(2e-6),
                $"row {i} of {lengths.Length}, length {lengths[i]}"
            );
    }

    private static SequenceRows Rows(int features, int[] lengths)
    {
        var random = new Random(4);
        var rows = new SequenceRows(features);
        foreach (int length in lengths)
            rows.Add(SequenceView.OfSteps(RandomNetwork.Uniform(random, length * features, 1), features));
        return rows;
    }

    private static float[] Together(IScoringSession session, SequenceRows rows, int outputs)
    {
        var scores = new float[outputs * rows.Count];
        session.Score(rows, scores);
        return scores;
    }

    private static SimdScorer Scorer(
        NetworkShape shape,
        NetworkWeights weights,
        FeatureScaling? features = null,
        FeatureScaling? labels = null
    ) => new(new NetworkParameters(shape, weights, features, labels));

    private static float[] Score(IScoringSession session, in SequenceView view, int outputs = 2)
    {
        var scores = new float[outputs];
        session.Score(view, scores);
        return scores;
    }
}
