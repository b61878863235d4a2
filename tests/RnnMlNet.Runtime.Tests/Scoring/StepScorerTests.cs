using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Scoring;

/// <summary>Step by step, the answers are those to the steps so far.</summary>
[TestFixture]
public sealed class StepScorerTests
{
    private const int Steps = 33;
    private const int Vocabulary = 6;

    [Test, Pairwise]
    public void The_answer_after_a_step_is_the_score_of_all_so_far(
        [Values] CellKind cell,
        [Values(1, 2, 3)] int layers,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling,
        [Values] bool tokens
    )
    {
        var series = new Case(Shape(cell, layers, pooling, tokens));
        var steps = new StepScorer(series.Packed);
        using IScoringSession whole = series.Scorer.NewSession();
        for (int t = 0; t <= Steps; t++)
        {
            Assert.That(series.Answer(steps), Is.EqualTo(series.Whole(whole, t)).Within(2e-6), $"after {t} steps");
            if (t < Steps)
                steps.Take(series.Part(t, t + 1));
        }
    }

    /// <summary>Widths around those of vectors, where the padding of a state could leak into the next.</summary>
    [Test]
    public void At_any_width([Values] CellKind cell, [Values(1, 2, 7, 8, 9, 15, 16, 17, 33)] int width)
    {
        NetworkShape shape = Shape(cell, 2, RandomNetwork.AllPooling, tokens: false) with
        {
            HiddenSize = width,
            HeadHiddenSizes = [width + 1, width],
        };
        var series = new Case(shape, limit: 0.3f);
        var steps = new StepScorer(series.Packed);
        steps.Take(series.Part(0, Steps));
        using IScoringSession whole = series.Scorer.NewSession();
        Assert.That(series.Answer(steps), Is.EqualTo(series.Whole(whole, Steps)).Within(2e-6));
    }

    [Test]
    public void Several_steps_at_once_are_one_at_a_time_to_the_bit([Values] CellKind cell, [Values] bool tokens)
    {
        var series = new Case(Shape(cell, 2, RandomNetwork.AllPooling, tokens));
        StepScorer single = new(series.Packed),
            several = new(series.Packed);
        for (int t = 0; t < Steps; t++)
            single.Take(series.Part(t, t + 1));
        foreach (var (start, end) in new[] { (0, 7), (7, 7), (7, 8), (8, Steps) })
            several.Take(series.Part(start, end));
        Assert.That(series.Answer(several), Is.EqualTo(series.Answer(single)));
    }

    /// <summary>Two series by one scorer, turn by turn, each from its own state.</summary>
    [Test]
    public void A_state_put_down_is_taken_up_to_the_bit(
        [Values] CellKind cell,
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Poolings))] Pooling pooling
    )
    {
        NetworkShape shape = Shape(cell, 2, pooling, tokens: false);
        Case[] series = [new(shape, seed: 1), new(shape, seed: 2)];
        SeriesState[] states = [new(shape), new(shape)];
        StepScorer[] alone = [new(series[0].Packed), new(series[1].Packed)];
        var shared = new StepScorer(series[0].Packed);
        for (int t = 0; t < Steps; t++)
        for (int i = 0; i < 2; i++)
        {
            alone[i].Take(series[i].Part(t, t + 1));
            shared.Load(states[i]);
            shared.Take(series[i].Part(t, t + 1));
            Assert.That(series[i].Answer(shared), Is.EqualTo(series[i].Answer(alone[i])), $"series {i} after {t + 1} steps");
            shared.Store(states[i]);
        }
        Assert.That(states.Select(state => state.Steps), Has.All.EqualTo(Steps));
    }

    /// <summary>In single precision a sum of 2^24 steps would stop growing: each further term is below its last digit.</summary>
    [Test]
    [Category(Categories.Slow)]
    public void The_mean_of_a_long_stream_keeps_moving()
    {
        NetworkShape shape = new()
        {
            Cell = CellKind.ElmanRelu,
            Features = 1,
            HiddenSize = 1,
            Pooling = Pooling.Mean,
        };
        NetworkParameters network = RandomParameters.OfStates(
            shape,
            ("weight_ih_l0", [1]),
            ("weight_hh_l0", [0]),
            ("bias_ih_l0", [0]),
            ("bias_hh_l0", [0])
        );
        var steps = new StepScorer(new SimdScorer(network).Network);
        const long Before = 1L << 26;
        steps.Load(SeriesState.Of(network.Shape, Before, [], [], [], [1], [Before]));
        float[] threes = [.. Enumerable.Repeat(3f, 1 << 14)];
        for (int i = 0; i < 1 << 6; i++)
            steps.Take(SequenceView.OfSteps(threes, 1));
        var mean = new float[1];
        steps.Answer(mean);
        const long After = 1L << 20;
        Assert.That(mean[0], Is.EqualTo((Before + 3.0 * After) / (Before + After)).Within(1e-6));
    }

    /// <summary>
    /// Its sums are told so far of 2^26 steps of 1, then 2^20 of 3 come, which count e^(tanh 3 - tanh 1) times as much each.
    /// </summary>
    [Test]
    [Category(Categories.Slow)]
    public void The_attention_to_a_long_stream_keeps_moving()
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
            (WeightLayout.Attention, [1])
        );
        var steps = new StepScorer(new SimdScorer(network).Network);
        const long Before = 1L << 26,
            After = 1L << 20;
        steps.Load(SeriesState.Of(network.Shape, Before, [], [], [], [1], [Before, Before, Math.Tanh(1)]));
        float[] threes = [.. Enumerable.Repeat(3f, 1 << 14)];
        for (int i = 0; i < After >> 14; i++)
            steps.Take(SequenceView.OfSteps(threes, 1));
        var pooled = new float[1];
        steps.Answer(pooled);
        double share = Math.Exp(Math.Tanh(3) - Math.Tanh(1)) * After;
        Assert.That(pooled[0], Is.EqualTo((Before + 3 * share) / (Before + share)).Within(1e-6));
    }

    [Test]
    public void A_step_allocates_nothing([Values] CellKind cell)
    {
        var series = new Case(Shape(cell, 2, RandomNetwork.AllPooling, tokens: false));
        var steps = new StepScorer(series.Packed);
        var state = new SeriesState(series.Packed.Shape);
        var outputs = new float[2];
        for (int t = 0; t < Steps; t++)
            Step(t);

        long allocated = Allocation.Least(() =>
        {
            for (int t = 0; t < Steps; t++)
                Step(t);
        });
        Assert.That(allocated, Is.Zero);

        void Step(int t)
        {
            steps.Load(state);
            steps.Take(series.Part(t, t + 1));
            steps.Answer(outputs);
            steps.Store(state);
        }
    }

    private static NetworkShape Shape(CellKind cell, int layers, Pooling pooling, bool tokens)
    {
        NetworkShape shape = RandomNetwork.Shape(cell, layers, pooling: pooling);
        return tokens ? shape with { Features = 0, Vocabulary = Vocabulary, EmbeddingSize = 5 } : shape;
    }

    /// <summary>A network with scaling, and a series of steps for it.</summary>
    private sealed class Case
    {
        private readonly float[] _steps;
        private readonly int[] _tokens;

        public Case(NetworkShape shape, int seed = 1, float limit = 0.7f)
        {
            var random = new Random(seed);
            _steps = RandomNetwork.Uniform(random, Steps * shape.Features, 1.5f);
            _tokens = [.. Enumerable.Range(0, Steps).Select(_ => random.Next(Vocabulary))];
            Scorer = new SimdScorer(RandomParameters.Of(shape, limit: limit) with { LabelScaling = null });
        }

        public SimdScorer Scorer { get; }

        public PackedNetwork Packed => Scorer.Network;

        public SequenceView Part(int start, int end)
        {
            int features = Packed.Shape.Features;
            return Packed.Shape.UsesTokens
                ? SequenceView.OfTokens(_tokens.AsSpan(start, end - start))
                : SequenceView.OfSteps(_steps.AsSpan(start * features, (end - start) * features), features);
        }

        public float[] Answer(StepScorer steps)
        {
            var outputs = new float[Packed.Shape.Outputs];
            steps.Answer(outputs);
            return outputs;
        }

        public float[] Whole(IScoringSession session, int length)
        {
            var outputs = new float[Packed.Shape.Outputs];
            session.Score(Part(0, length), outputs);
            return outputs;
        }
    }
}
