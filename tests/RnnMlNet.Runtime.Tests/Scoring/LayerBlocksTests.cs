using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Scoring;

/// <summary>Networks with residual connections and normalised layers: a row alone, rows together, and step by step.</summary>
public sealed class LayerBlocksTests
{
    private static readonly int[] Lengths = [0, .. RandomNetwork.OddLengths];

    [Test, Pairwise]
    public void A_row_is_scored_as_by_the_equations(
        [Values] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values(1, 2, 3)] int layers,
        [Values] bool bidirectional,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling,
        [Values(3, 8, 17)] int units
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling).WithBlocks(blocks) with { HiddenSize = units };
        NetworkWeights weights = RandomNetwork.Weights(shape, limit: 0.5f);
        var naive = new NaiveNetwork(shape, weights);
        using IScoringSession session = new SimdScorer(new NetworkParameters(shape, weights, null, null)).NewSession();
        foreach (int length in Lengths)
        {
            float[] steps = RandomNetwork.Uniform(new Random(length), length * 3, 1.5f),
                outputs = new float[2];
            session.Score(SequenceView.OfSteps(steps, 3), outputs);
            double[] expected = naive.Score(steps);
            Assert.That(outputs, Is.EqualTo(expected).Within(2e-6 * (10 + expected.Max(Math.Abs))), $"length {length}");
        }
    }

    /// <summary>More rows than a group holds, of all lengths in no order.</summary>
    [Test, Pairwise]
    public void Rows_together_are_scored_as_each_alone(
        [Values] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values(1, 2, 3)] int layers,
        [Values] bool bidirectional,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling,
        [Values] bool perStep
    )
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, bidirectional, pooling).WithBlocks(blocks) with { HiddenSize = 17 };
        if (perStep)
            shape = shape with { Pooling = 0 };
        var random = new Random(4);
        var rows = new SequenceRows(3);
        for (int row = 0; row < 60; row++)
            rows.Add(SequenceView.OfSteps(RandomNetwork.Uniform(random, Lengths[row * 7 % Lengths.Length] * 3, 1), 3));
        using IScoringSession session = new SimdScorer(RandomParameters.Of(shape, limit: 0.4f) with { LabelScaling = null }).NewSession();
        var together = new float[shape.OutputLayout.Of(rows)];
        session.Score(rows, together);
        for (int row = 0; row < rows.Count; row++)
        {
            float[] alone = new float[shape.OutputLayout.Of(rows.LengthOf(row))];
            session.Score(rows[row], alone);
            Assert.That(
                shape.OutputLayout.Slice(together, rows, row).ToArray(),
                Is.EqualTo(alone).Within(5e-6),
                $"row {row} of {rows.LengthOf(row)} steps"
            );
        }
    }

    [Test, Pairwise]
    public void After_each_step_the_answer_is_that_to_the_steps_so_far(
        [Values] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Blocks))] int blocks,
        [Values(1, 2, 3)] int layers,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling
    )
    {
        const int Steps = 19;
        NetworkShape shape = RandomNetwork.Shape(cell, layers, pooling: pooling).WithBlocks(blocks) with { HiddenSize = 9 };
        var scorer = new SimdScorer(RandomParameters.Of(shape, limit: 0.5f) with { LabelScaling = null });
        using IScoringSession whole = scorer.NewSession();
        float[] steps = RandomNetwork.Uniform(new Random(1), Steps * 3, 1.5f),
            expected = new float[2],
            answer = new float[2],
            stored = new float[2];
        var stream = new StepScorer(scorer.Network);
        var state = new SeriesState(shape);
        for (int t = 0; t <= Steps; t++)
        {
            whole.Score(SequenceView.OfSteps(steps.AsSpan(0, 3 * t), 3), expected);
            stream.Answer(answer);
            Assert.That(answer, Is.EqualTo(expected).Within(5e-6), $"after {t} steps");
            var other = new StepScorer(scorer.Network);
            stream.Store(state);
            other.Load(state);
            other.Answer(stored);
            Assert.That(stored, Is.EqualTo(answer), $"from the stored state after {t} steps");
            if (t < Steps)
                stream.Take(SequenceView.OfSteps(steps.AsSpan(3 * t, 3), 3));
        }
    }

    [Test]
    public void Gains_begin_with_1_and_biases_with_0()
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Gru, layers: 2, bidirectional: true);
        NetworkWeights weights = WeightInitializer.Create(shape with { LayerNormalization = LayerNormalization.LayerNorm }, 1, seed: 1),
            without = WeightInitializer.Create(shape, 1, seed: 1);

        Assert.That(weights["norm.0.weight"].Concat(weights["norm.1.weight"]), Is.EqualTo(Enumerable.Repeat(1f, 16)));
        Assert.That(weights["norm.0.bias"].Concat(weights["norm.1.bias"]), Is.EqualTo(new float[16]));
        foreach (NamedTensor tensor in without.Tensors)
            Assert.That(weights[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }
}
