using NUnit.Framework;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public sealed class RowRandomTests
{
    private const int Count = 20_000;

    [Test]
    public void Normal_numbers_have_mean_0_deviation_1_and_a_normal_ones_kurtosis_nearly()
    {
        var random = new RowRandom(seed: 1, epoch: 2, row: 3);
        double[] values = [.. Enumerable.Range(0, Count).Select(i => (double)random.Normal(0, i))];
        Assert.That(values.Average(), Is.Zero.Within(0.02));
        Assert.That(values.Average(value => value * value), Is.EqualTo(1).Within(0.03));
        Assert.That(values.Average(value => Math.Pow(value, 4)), Is.EqualTo(2.7).Within(0.1), "3 of a normal distribution, 2.7 of the sum");
        Assert.That(values.Max(Math.Abs), Is.LessThan(3.5));
    }

    // Neighbouring keys must not give neighbouring numbers.
    [Test]
    public void Each_seed_epoch_row_and_purpose_has_numbers_of_its_own()
    {
        float[] numbers =
        [
            .. from seed in (int[])[0, 1, -1]
            from epoch in (int[])[1, 2, 3]
            from row in (int[])[0, 1, 2]
            from purpose in (int[])[0, 1]
            from index in (int[])[0, 1, 2]
            select new RowRandom(seed, epoch, row).Normal(purpose, index),
        ];
        Assert.That(numbers.Distinct().Count(), Is.GreaterThan(numbers.Length - 3));
        double correlation = numbers.Zip(numbers.Skip(1), (a, b) => a * b).Average();
        Assert.That(correlation, Is.Zero.Within(0.2));
    }
}
