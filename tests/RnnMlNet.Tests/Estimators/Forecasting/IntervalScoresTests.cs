using NUnit.Framework;
using RnnMlNet.Models.Forecasting;

namespace RnnMlNet.Tests.Estimators.Forecasting;

[TestFixture]
internal sealed class IntervalScoresTests
{
    private static IntervalScores Of(params float[][] scores) =>
        IntervalScores.Of(1, scores.Length, [.. scores.Select(step => step.ToList())]);

    private static float[] OneTo(int count) => [.. Enumerable.Range(1, count).Select(i => (float)i)];

    // Of n scores the quantile p is the one at place p (n + 1): 0.025 * 200 = 5, 0.975 * 200 = 195.
    [Test]
    public void A_bound_is_the_score_at_its_place_among_one_more()
    {
        var (lower, upper) = Of(OneTo(199)).Bounds(0, 0.95);
        Assert.That(lower, Is.EqualTo(5).Within(0.01));
        Assert.That(upper, Is.EqualTo(195).Within(0.01));
    }

    [Test]
    public void A_new_score_lies_within_as_often_as_it_should([Values(0.5, 0.8, 0.95)] double confidence)
    {
        var random = new Random(1);
        int covered = 0;
        const int Trials = 4000;
        for (int trial = 0; trial < Trials; trial++)
        {
            float[] scores = [.. Enumerable.Range(0, 60).Select(_ => (float)(random.NextDouble() * random.NextDouble()))];
            var (lower, upper) = Of(scores[..59]).Bounds(0, confidence);
            covered += scores[59] >= lower && scores[59] <= upper ? 1 : 0;
        }
        Assert.That((double)covered / Trials, Is.EqualTo(confidence).Within(0.02));
    }

    [Test]
    public void A_step_with_too_few_scores_takes_those_of_all_steps()
    {
        float[] few = [-1, 1, -1, 1],
            large = [.. few.Select(score => 10 * score)];
        IntervalScores scores = Of(few, large);
        Assert.That(scores.AreEnoughFor(0.95), Is.False);
        Assert.That(scores.Bounds(0, 0.95), Is.EqualTo((-1f, 1f)));
        Assert.That(scores.Bounds(1, 0.95), Is.EqualTo((-10f, 10f)));
        Assert.That(Of(OneTo(39)).AreEnoughFor(0.95), Is.True);
    }
}
