using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Experiments;

/// <summary>The scores of tags, beside all sequences of tags.</summary>
[TestFixture]
public class TagScoresTests
{
    private const int Tags = 3;
    private static readonly int[] _lengths = [4, 0, 1, 3];

    [Test]
    public void Tags_scored_together_have_their_probabilities_and_the_most_probable_sequence()
    {
        int others = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextSingle() - 2)];
            float[] outputs = Draw(_lengths.Sum() * Tags),
                pairs = Draw(Tags * Tags),
                first = Draw(Tags),
                last = Draw(Tags);
            var chain = new LinearChain(Tags);
            chain.Load(pairs, first, last);

            var scores = new TagScores(TagScores.Of(outputs, Tags, _lengths, chain), Tags);

            int start = 0;
            foreach (int steps in _lengths)
            {
                (int[] Sequence, double Weight)[] all =
                [
                    .. Sequences(steps).Select(tags => (tags, Math.Exp(Score(tags, outputs.AsSpan(start * Tags), pairs, first, last)))),
                ];
                double total = all.Sum(one => one.Weight);
                for (int step = 0; step < steps; step++, start++)
                {
                    double[] probabilities =
                    [
                        .. Enumerable.Range(0, Tags).Select(tag => all.Where(one => one.Sequence[step] == tag).Sum(one => one.Weight)),
                    ];
                    for (int tag = 0; tag < Tags; tag++)
                        Assert.That(scores.LogLoss(start, tag), Is.EqualTo(-Math.Log(probabilities[tag] / total)).Within(1e-4));
                    Assert.That(scores.Predicted(start), Is.EqualTo(all.MaxBy(one => one.Weight).Sequence[step]));
                    others += scores.Predicted(start) == Array.IndexOf(probabilities, probabilities.Max()) ? 0 : 1;
                }
            }
        }
        Assert.That(others, Is.Positive, "Some are not the most probable tag of their step.");
    }

    [Test]
    public void Tags_by_themselves_have_their_logits_and_the_highest_is_predicted()
    {
        float[] outputs = [0, 1, -1, 3, 2, 1];

        float[] values = TagScores.Of(outputs, Tags, [1, 1], chain: null);

        Assert.That(values, Is.EqualTo(new float[] { 0, 1, -1, 1, 3, 2, 1, 0 }));
        var scores = new TagScores(values, Tags);
        Assert.That(scores.Logits(), Is.EqualTo(outputs));
        double sum = Math.Exp(0) + Math.E + Math.Exp(-1);
        Assert.That(scores.LogLoss(0, 2), Is.EqualTo(Math.Log(sum) + 1).Within(1e-6));
    }

    [Test]
    public void Outputs_that_are_no_numbers_stay_so()
    {
        var chain = new LinearChain(Tags);
        chain.Load(new float[Tags * Tags], new float[Tags], new float[Tags]);

        float[] values = TagScores.Of([0, float.NaN, 0], Tags, [1], chain);

        Assert.That(values, Is.EqualTo(new[] { float.NaN, float.NaN, float.NaN, -1 }));
    }

    private static IEnumerable<int[]> Sequences(int steps) =>
        steps == 0
            ?
            [
                [],
            ]
            : Sequences(steps - 1).SelectMany(before => Enumerable.Range(0, Tags).Select(tag => before.Append(tag).ToArray()));

    private static double Score(int[] tags, ReadOnlySpan<float> outputs, float[] pairs, float[] first, float[] last)
    {
        double score = tags.Length == 0 ? 0 : first[tags[0]] + last[tags[^1]];
        for (int step = 0; step < tags.Length; step++)
            score += outputs[step * Tags + tags[step]] + (step == 0 ? 0 : pairs[tags[step - 1] * Tags + tags[step]]);
        return score;
    }
}
