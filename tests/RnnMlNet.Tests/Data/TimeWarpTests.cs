using NUnit.Framework;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public sealed class TimeWarpTests
{
    [Test]
    public void A_constant_speed_is_the_row([Values(1, 2, 3, 17, 1000)] int steps)
    {
        float[] positions = Positions(steps, row: 1, deviation: 0);
        Assert.That(positions, Is.EqualTo(Enumerable.Range(0, steps).Select(step => (float)step)).Within(1e-3));
    }

    [Test]
    public void Positions_increase_from_one_end_to_the_other([Values(2, 3, 5, 6, 7, 100)] int steps, [Range(0, 4)] int row)
    {
        float[] positions = Positions(steps, row, deviation: 0.5f);
        Assert.That(positions, Is.Ordered);
        Assert.That(positions, Is.Unique);
        Assert.That((positions[0], positions[^1]), Is.EqualTo((0f, (float)(steps - 1))).Within(1e-3));
    }

    // The second implementation: the speed summed in small steps.
    [Test]
    public void The_position_is_the_integral_of_a_speed_that_is_linear_between_six_knots()
    {
        const int Steps = 101,
            Parts = 1000;
        var random = new RowRandom(1, 1, 4);
        double[] speeds = [.. Enumerable.Range(0, 6).Select(knot => Math.Max(0.1, 1 + 0.3 * random.Normal(Purpose.Speed, knot)))];
        double passed = 0;
        var expected = new List<double> { 0 };
        for (int step = 1; step < Steps; step++)
        {
            for (int part = 0; part < Parts; part++)
            {
                double at = (step - 1 + (part + 0.5) / Parts) / (Steps - 1) * 5;
                int knot = Math.Min((int)at, 4);
                passed += (speeds[knot] + (at - knot) * (speeds[knot + 1] - speeds[knot])) / Parts;
            }
            expected.Add(passed);
        }
        Assert.That(
            Positions(Steps, row: 4, deviation: 0.3f),
            Is.EqualTo(expected.Select(position => position / passed * (Steps - 1))).Within(1e-3)
        );
    }

    private static float[] Positions(int steps, int row, float deviation)
    {
        var warp = new TimeWarp(steps, new RowRandom(1, 1, row), deviation);
        var positions = new float[steps];
        for (int step = 0; step < steps; step++)
            positions[step] = warp.At(step);
        return positions;
    }
}
