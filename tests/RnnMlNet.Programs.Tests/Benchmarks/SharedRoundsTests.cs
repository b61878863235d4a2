using NUnit.Framework;
using Shared;

namespace RnnMlNet.Programs.Tests.Benchmarks;

[TestFixture]
public class SharedRoundsTests
{
    [TestCase(2.0, 3.0, 1.0, 2.0)]
    [TestCase(2.5, 4.0, 1.0, 2.0, 3.0)]
    [TestCase(7.0, 7.0)]
    public void The_median(double median, params double[] values)
    {
        Assert.That(Rounds.Median(values), Is.EqualTo(median));
    }

    [TestCase(9, 0.5, 9)]
    [TestCase(9, 4, 5)]
    [TestCase(9, 60, 3)]
    [TestCase(1, 60, 1)]
    public void Rounds_that_take_long_are_fewer(int asked, double seconds, int measured)
    {
        Assert.That(Rounds.Turns(asked, TimeSpan.FromSeconds(seconds)), Is.EqualTo(measured));
    }

    [Test]
    public void The_median_of_the_turns_after_two_to_warm_up_counts()
    {
        var asked = new List<double>();
        var figures = new Queue<double>([100, 200, 3, 1, 2]);
        double[] medians = Rounds.Measure([Turn], rounds: 3, milliseconds: 5);

        Assert.That(medians, Is.EqualTo(new[] { 2.0 }));
        Assert.That(asked, Is.EqualTo(new double[] { 20, 5, 5, 5, 5 }));

        double Turn(double milliseconds)
        {
            asked.Add(milliseconds);
            return figures.Dequeue();
        }
    }
}
