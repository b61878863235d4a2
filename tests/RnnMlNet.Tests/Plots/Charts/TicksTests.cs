using System.Globalization;
using NUnit.Framework;
using RnnMlNet.Plots.Blocks;

namespace RnnMlNet.Tests.Plots.Charts;

[TestFixture]
public class TicksTests
{
    [TestCase(0, 1, 6, "0 0.2 0.4 0.6 0.8 1.0")]
    [TestCase(-1, 1, 5, "-1.0 -0.5 0 0.5 1.0")]
    [TestCase(0.1, 0.13, 4, "0.10 0.11 0.12 0.13")]
    [TestCase(0, 5e6, 6, "0 1e6 2e6 3e6 4e6 5e6")]
    [TestCase(1e9, 1.0000002e9, 3, "1e9 1.0000001e9 1.0000002e9")]
    [TestCase(0, 3e-7, 4, "0 1e-7 2e-7 3e-7")]
    [TestCase(-1e300, 1e300, 3, "-1e300 0 1e300")]
    public void Linear_axes_are_marked_at_round_numbers(double low, double high, int most, string texts) =>
        Assert.That(string.Join(' ', NumberTicks.Linear(low, high, most, isWhole: false).Select(tick => tick.Text)), Is.EqualTo(texts));

    [TestCase(1, 4, 10, "1 2 3 4")]
    [TestCase(1, 100, 6, "20 40 60 80 100")]
    public void Whole_axes_are_marked_at_whole_numbers(double low, double high, int most, string texts) =>
        Assert.That(string.Join(' ', NumberTicks.Linear(low, high, most, isWhole: true).Select(tick => tick.Text)), Is.EqualTo(texts));

    [TestCase(1e-6, 1, 12, "1e-6 1e-5 0.0001 0.001 0.01 0.1 1")]
    [TestCase(1e-6, 1, 4, "1e-6 0.0001 0.01 1")]
    [TestCase(1, 100, 12, "1 2 5 10 20 50 100")]
    [TestCase(1, 5, 6, "1 2 3 4 5")]
    [TestCase(1e-300, 1e300, 3, "1e-200 1 1e200")]
    public void Logarithmic_axes_are_marked_at_powers(double low, double high, int most, string texts) =>
        Assert.That(string.Join(' ', NumberTicks.Logarithmic(low, high, most).Select(tick => tick.Text)), Is.EqualTo(texts));

    [TestCase("1900-05-01", "2024-05-01", 8, "1920 1940 1960 1980 2000 2020")]
    [TestCase("2023-11-15", "2024-03-15", 6, "2023-12 2024-01 2024-02 2024-03")]
    [TestCase("2024-02-26", "2024-03-03", 8, "2024-02-26 2024-02-27 2024-02-28 2024-02-29 2024-03-01 2024-03-02 2024-03-03")]
    [TestCase("2024-01-01 00:00", "2024-01-02 00:00", 5, "01-01 00:00 01-01 06:00 01-01 12:00 01-01 18:00 01-02 00:00")]
    [TestCase("2024-01-01 10:00", "2024-01-01 10:20", 5, "10:00 10:05 10:10 10:15 10:20")]
    [TestCase("2024-01-01 10:00:00", "2024-01-01 10:00:02", 3, "10:00:00 10:00:01 10:00:02")]
    [TestCase("0001-01-01", "9999-12-31", 6, "2000 4000 6000 8000")]
    [TestCase("9999-12-01", "9999-12-31", 3, "9999-12-13 9999-12-27")]
    public void Times_are_marked_where_units_begin(string low, string high, int most, string texts) =>
        Assert.That(string.Join(' ', TimeTicks.Of(Ticks(low), Ticks(high), most).Select(tick => tick.Text)), Is.EqualTo(texts));

    private static double Ticks(string time) => DateTime.Parse(time, CultureInfo.InvariantCulture).Ticks;

    [Test]
    public void There_are_never_more_than_asked_and_all_lie_on_the_axis(
        [Values(1, 2, 3, 5, 12)] int most,
        [Values("Linear", "Whole", "Log", "Time")] string kindName
    )
    {
        var kind = Enum.Parse<AxisKind>(kindName);
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            double[] ends =
                kind == AxisKind.Time
                    ? [random.NextDouble() * DateTime.MaxValue.Ticks, random.NextDouble() * DateTime.MaxValue.Ticks]
                    : [Math.Pow(10, random.Next(-20, 20)) * random.NextDouble(), Math.Pow(10, random.Next(-20, 20)) * random.NextDouble()];
            if (kind == AxisKind.Whole)
                ends = [.. ends.Select(end => Math.Round(end))];
            AxisScale scale = AxisScale.Of(new ChartAxis(kind, ""), ends, margin: 0);
            var ticks = scale.Ticks(most);
            Assert.That(ticks.Count, Is.LessThanOrEqualTo(most), $"{ends[0]} {ends[1]}");
            Assert.That(ticks.Select(tick => scale.At(tick.Value)), Has.All.InRange(-1e-6, 1 + 1e-6), $"{ends[0]} {ends[1]}");
            Assert.That(ticks.Select(tick => tick.Text), Is.Unique, $"{ends[0]} {ends[1]}");
        }
    }
}
