using NUnit.Framework;

namespace RnnMlNet.Tests.Training;

[TestFixture]
public class LearningRateCurveTests
{
    // Five rates a decade from 1e-4 on.
    private static LearningRateCurve Curve(bool diverged, params double[] smoothed) =>
        new([.. smoothed.Select((loss, i) => new LearningRatePoint((float)(1e-4 * Math.Pow(10, i / 5.0)), loss, loss))], diverged);

    private static double[] Level(int count, double loss = 1) => [.. Enumerable.Repeat(loss, count)];

    [Test]
    public void The_suggestion_is_the_rate_of_the_steepest_fall()
    {
        LearningRateCurve curve = Curve(false, [.. Level(12), 0.9, 0.6, 0.3, 0.25, 0.2, 0.5]);

        // Point 13 has 0.9 before it and 0.3 after it.
        Assert.That(curve.Suggestion, Is.EqualTo(curve.Points[13].LearningRate));
    }

    [Test]
    public void What_falls_among_the_first_ten_points_is_not_suggested()
    {
        LearningRateCurve curve = Curve(false, [5, 3, 1, .. Level(10), 0.9, 0.8, 0.8]);

        // The fall of 0.2 over points 12 to 14.
        Assert.That(curve.Suggestion, Is.EqualTo(curve.Points[13].LearningRate));
    }

    [TestCase(0)]
    [TestCase(11)]
    [TestCase(30)]
    public void Without_a_fall_there_is_no_suggestion(int points)
    {
        Assert.That(Curve(true, Level(points)).Suggestion, Is.Null);
    }

    [Test]
    public void It_says_in_a_line_what_was_found()
    {
        Assert.That(
            Curve(true, [.. Level(12), 0.9, 0.6, 0.3, 2]).ToString(),
            Is.EqualTo("Suggested learning rate: 0.0398 (16 steps from 0.0001 to 0.1, where the loss diverged)")
        );
        Assert.That(
            Curve(false, Level(21)).ToString(),
            Is.EqualTo("No learning rate to suggest: the loss fell nowhere (21 steps from 0.0001 to 1)")
        );
        Assert.That(Curve(true).ToString(), Is.EqualTo("No learning rate to suggest: the first step's loss was not finite"));
    }
}
