using NUnit.Framework;
using Shared;
using Training;

namespace RnnMlNet.Programs.Tests.Benchmarks;

[TestFixture]
public class TrainingBarsTests
{
    [Test]
    public void Every_case_has_its_bar()
    {
        double[] bars = [.. Case.All("").Select(Bars.Step)];
        Assert.That(bars, Is.EqualTo(new[] { .25, .4, .5, .5, .25, .4, .5, .5, .2, .4, .55, .6 }));
        Assert.That(Case.All("Lstm 8,64").Concat(Case.All("Gru 12")).Select(Bars.Lengths), Is.EqualTo(new[] { .4, .5 }));
    }

    [TestCase(0, new[] { 1.0, 0.5 }, new[] { 1.0, 0.5 })]
    [TestCase(0.5, new[] { 1.0, 0.75 }, new[] { 1.0, 0.5 })]
    [TestCase(double.PositiveInfinity, new[] { 1.0 }, new[] { 1.0, 0.5 })]
    [TestCase(double.PositiveInfinity, new[] { double.NaN }, new[] { 1.0 })]
    public void Losses_are_compared_by_the_largest_relative_difference(double difference, double[] ours, double[] theirs)
    {
        Assert.That(LossCheck.Difference(ours, theirs), Is.EqualTo(difference));
    }

    [Test, SetCulture("")]
    public void Two_that_do_not_train_the_same_are_not_compared()
    {
        LossCheck.Require("Gru 8,32,24", [1.0], [1.0005]);
        Assert.That(
            () => LossCheck.Require("Gru 8,32,24", [1.5], [1.25], " (Adam)"),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "Gru 8,32,24: the two do not train the same, so their times say nothing. Mean losses of the epochs: ours 1.5; libtorch's "
                    + "(Adam) 1.25; they may differ by 0.001 of themselves."
            )
        );
    }
}
