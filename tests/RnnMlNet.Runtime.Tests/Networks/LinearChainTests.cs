using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Networks;

/// <summary>A conditional random field beside the sum over all sequences of tags, one by one.</summary>
[TestFixture]
public class LinearChainTests
{
    private const double Step = 1e-2;

    [Test]
    public void Marginals_are_sums_over_all_sequences([Values(1, 2, 3)] int tags, [Values(1, 2, 5)] int steps)
    {
        var problem = new Problem(tags, steps, seed: 1);
        var found = new float[steps * tags];
        problem.Chain.Marginals(problem.Outputs, found);

        var expected = new double[steps * tags];
        foreach (int[] sequence in problem.Sequences())
            for (int t = 0; t < steps; t++)
                expected[t * tags + sequence[t]] += Math.Exp(problem.ScoreOf(sequence));
        double total = expected[..tags].Sum();
        Assert.That(found, Is.EqualTo(expected.Select(value => value / total)).Within(1e-6));
    }

    [Test]
    public void Marginals_may_replace_the_outputs()
    {
        var problem = new Problem(tags: 3, steps: 4, seed: 2);
        var found = new float[12];
        problem.Chain.Marginals(problem.Outputs, found);
        problem.Chain.Marginals(problem.Outputs, problem.Outputs);
        Assert.That(problem.Outputs, Is.EqualTo(found));
    }

    [Test]
    public void The_most_probable_sequence_is_the_best_of_all(
        [Values(1, 2, 3)] int tags,
        [Values(1, 2, 5)] int steps,
        [Range(1, 4)] int seed
    )
    {
        var problem = new Problem(tags, steps, seed);
        var found = new int[steps];
        problem.Chain.MostProbable(problem.Outputs, found);
        Assert.That(found, Is.EqualTo(problem.Sequences().MaxBy(problem.ScoreOf)));
    }

    [Test]
    public void The_loss_is_minus_the_log_probability_of_all_sequences_with_the_labels([Values] bool isPartial)
    {
        var problem = new Problem(tags: 3, steps: 5, seed: 3);
        int[] labels = isPartial ? [2, -1, 0, -1, -1] : [2, 0, 0, 1, 2];
        double all = problem.Sequences().Sum(sequence => Math.Exp(problem.ScoreOf(sequence))),
            agreeing = problem
                .Sequences()
                .Where(sequence => sequence.Zip(labels).All(pair => pair.Second < 0 || pair.First == pair.Second))
                .Sum(sequence => Math.Exp(problem.ScoreOf(sequence)));
        Assert.That(problem.Loss(labels), Is.EqualTo(Math.Log(all / agreeing)).Within(1e-6));
    }

    [Test]
    public void Its_derivatives_are_differences([Values] bool isPartial)
    {
        var problem = new Problem(tags: 3, steps: 5, seed: 4);
        int[] labels = isPartial ? [2, -1, 0, -1, -1] : [2, 0, 0, 1, 2];
        float[] outputs = new float[15],
            pairs = new float[9],
            first = new float[3],
            last = new float[3];
        var gradient = new ChainGradient
        {
            Pairs = pairs,
            First = first,
            Last = last,
        };
        problem.Chain.Loss(problem.Outputs, labels, outputs, factor: 2, gradient);

        AssertDifferences(problem.Outputs, outputs, 1);
        AssertDifferences(problem.Pairs, pairs, 2);
        AssertDifferences(problem.First, first, 2);
        AssertDifferences(problem.Last, last, 2);

        void AssertDifferences(float[] values, float[] found, double factor)
        {
            for (int i = 0; i < values.Length; i++)
            {
                float value = values[i];
                values[i] = value + (float)Step;
                double above = problem.Loss(labels);
                values[i] = value - (float)Step;
                double below = problem.Loss(labels);
                values[i] = value;
                Assert.That(found[i], Is.EqualTo(factor * (above - below) / (2 * Step)).Within(1e-4));
            }
        }
    }

    [Test]
    public void Large_scores_do_not_overflow()
    {
        var problem = new Problem(tags: 3, steps: 400, seed: 5, limit: 80);
        var found = new float[1200];
        problem.Chain.Marginals(problem.Outputs, found);
        Assert.That(found.Chunk(3).Select(step => step.Sum()), Is.All.EqualTo(1).Within(1e-5));
        Assert.That(problem.Loss([.. Enumerable.Range(0, 400).Select(t => t % 3)]), Is.GreaterThan(0).And.LessThan(1e6));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void An_output_that_is_not_finite_makes_the_row_unknown(float value)
    {
        var problem = new Problem(tags: 2, steps: 3, seed: 6);
        problem.Outputs[3] = value;
        var scores = new float[6];
        var tags = new int[3];
        problem.Chain.Marginals(problem.Outputs, scores);
        problem.Chain.MostProbable(problem.Outputs, tags);
        Assert.That(scores, Is.All.NaN);
        Assert.That(tags, Is.All.EqualTo(-1));
    }

    [Test]
    public void A_row_without_steps_has_no_tags()
    {
        var problem = new Problem(tags: 2, steps: 0, seed: 7);
        problem.Chain.Marginals([], []);
        problem.Chain.MostProbable([], []);
        Assert.That(problem.Loss([]), Is.Zero);
    }

    private sealed class Problem
    {
        private readonly int _tags,
            _steps;

        public Problem(int tags, int steps, int seed, float limit = 2)
        {
            (_tags, _steps) = (tags, steps);
            var random = new Random(seed);
            Outputs = RandomNetwork.Uniform(random, steps * tags, limit);
            Pairs = RandomNetwork.Uniform(random, tags * tags, limit);
            First = RandomNetwork.Uniform(random, tags, limit);
            Last = RandomNetwork.Uniform(random, tags, limit);
            Chain = new LinearChain(tags);
            Chain.Load(Pairs, First, Last);
        }

        public LinearChain Chain { get; }

        public float[] Outputs { get; }

        public float[] Pairs { get; }

        public float[] First { get; }

        public float[] Last { get; }

        public double Loss(int[] labels)
        {
            Chain.Load(Pairs, First, Last);
            return Chain.Loss(Outputs, labels, [], factor: 1, default);
        }

        public double ScoreOf(int[] sequence) =>
            First[sequence[0]]
            + Last[sequence[^1]]
            + sequence.Select((tag, t) => (double)Outputs[t * _tags + tag]).Sum()
            + sequence.Zip(sequence.Skip(1)).Sum(pair => (double)Pairs[pair.First * _tags + pair.Second]);

        public IEnumerable<int[]> Sequences()
        {
            int count = (int)Math.Pow(_tags, _steps);
            for (int number = 0; number < count; number++)
            {
                int rest = number;
                var sequence = new int[_steps];
                for (int t = 0; t < _steps; t++, rest /= _tags)
                    sequence[t] = rest % _tags;
                yield return sequence;
            }
        }
    }
}
