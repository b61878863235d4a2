using NUnit.Framework;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Training;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>Whether numbers that are hashes look drawn. On the CPU; on a GPU they come of the same integers.</summary>
[TestFixture]
public sealed class HashedNumbersTests
{
    private const int Count = 1 << 16;

    private HashedNumbers _numbers = null!;

    [SetUp]
    public void SetUp() => _numbers = new HashedNumbers(CPU);

    [TearDown]
    public void TearDown() => _numbers.Dispose();

    [Test]
    public void They_are_uniform([Values(0, 1, 77)] long first, [Values(0, 1, 0xffffffff)] long second)
    {
        float[] numbers = Uniform(first, second);
        Assert.That(numbers, Is.All.InRange(0f, 1f).And.All.LessThan(1f));
        // Chi square of 256 bins has 255 degrees of freedom: beyond 385 once in ten million.
        double expected = Count / 256.0;
        Assert.That(
            numbers.GroupBy(number => (int)(256 * number)).Sum(bin => Math.Pow(bin.Count() - expected, 2) / expected),
            Is.LessThan(385)
        );
    }

    [Test]
    public void Neighbours_and_neighbouring_keys_know_nothing_of_each_other()
    {
        float[] numbers = Uniform(5, 6);
        foreach (int distance in (int[])[1, 2, 3, 8, 64, 1024])
            Assert.That(Correlation(numbers[distance..], numbers[..^distance]), Is.Zero.Within(0.02), $"distance {distance}");
        foreach (float[] other in (float[][])[Uniform(6, 6), Uniform(4, 6), Uniform(5, 7), Uniform(6, 5)])
            Assert.That(Correlation(numbers, other), Is.Zero.Within(0.02));
    }

    [Test]
    public void A_key_gives_the_same_numbers_again_in_any_shape()
    {
        using var scope = NewDisposeScope();
        Tensor matrix = _numbers.Uniform(tensor((long[])[5, 6]), [2, Count / 2]);
        Assert.That(matrix.shape, Is.EqualTo(new long[] { 2, Count / 2 }));
        Assert.That(matrix.data<float>().ToArray(), Is.EqualTo(Uniform(5, 6)));
    }

    [Test]
    public void Dropout_by_them_drops_its_share_and_goes_on_where_it_stood()
    {
        using var scope = NewDisposeScope();
        using var dropout = new SeededDropout(3, CPU, hashed: true) { IsOn = true };
        using var same = new SeededDropout(3, CPU, hashed: true) { IsOn = true };
        using var other = new SeededDropout(4, CPU, hashed: true) { IsOn = true };
        float[] Drop(SeededDropout by) => [.. by.Apply(ones(200, 100), 0.25f).data<float>()];
        float[] first = Drop(dropout);

        Assert.That(first.Distinct(), Is.EquivalentTo(new[] { 0, 1 / 0.75f }));
        Assert.That(first.Average(value => value == 0 ? 1.0 : 0), Is.EqualTo(0.25).Within(0.02));
        Assert.That(Drop(same), Is.EqualTo(first));
        Assert.That(Drop(other), Is.Not.EqualTo(first));
        RandomState stands = dropout.State;
        float[] second = Drop(dropout);
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(other.TrySetState(stands), Is.True);
        Assert.That(Drop(other), Is.EqualTo(second));
    }

    private float[] Uniform(long first, long second)
    {
        using var scope = NewDisposeScope();
        return [.. _numbers.Uniform(tensor((long[])[first, second]), [Count]).data<float>()];
    }

    // Of n pairs of independent numbers within 5 / sqrt(n) = 0.02, but for once in a million.
    private static double Correlation(float[] a, float[] b) => 12 * a.Zip(b, (x, y) => (x - 0.5) * (y - 0.5)).Average();
}
