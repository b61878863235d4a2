using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Data.Series;

/// <summary>What a network reads of a window depends on the window alone, whatever its units and its level.</summary>
[TestFixture]
internal sealed class InstanceNormalizationTests
{
    private static readonly FeatureScaling _pooled = new([1e6f], [1e7f]);

    private static InstanceNormalization Of(params float[] window) =>
        InstanceNormalization.Of(WindowNormalization.MeanAndDeviation, _pooled, 0, window);

    [TestCase(1f, 0f)]
    [TestCase(1e-12f, 0f)]
    [TestCase(1e6f, 0f)]
    [TestCase(1e30f, 0f)]
    [TestCase(-3f, 0f)]
    [TestCase(1f, 1000f)]
    [TestCase(1f, -1e6f)]
    [TestCase(16f, 1e7f)]
    public void A_window_in_other_units_is_read_as_the_same_numbers(float size, float level)
    {
        float[] window = [1, 3, 2, 6];
        InstanceNormalization frame = Of([.. window.Select(value => size * value + level)]);
        double deviation = Math.Sqrt(3.5);
        for (int t = 0; t < window.Length; t++)
        {
            double expected = Math.Sign(size) * (window[t] - 3) / deviation;
            Assert.That(frame.ToFrame(size * window[t] + level), Is.EqualTo(expected).Within(1e-6));
            Assert.That(
                frame.FromFrame((float)expected),
                Is.EqualTo((double)size * window[t] + level).Within(1e-6 * (Math.Abs(level) + Math.Abs(size)))
            );
        }
    }

    [TestCase(0f)]
    [TestCase(7f)]
    [TestCase(-1e-20f)]
    [TestCase(1e30f)]
    [TestCase(0.1f)]
    public void A_flat_window_is_read_as_zeros_and_forecasts_its_own_level(float level)
    {
        InstanceNormalization frame = Of(level, level, level);
        Assert.That(frame.IsFlat);
        Assert.That(frame.ToFrame(level), Is.Zero);
        Assert.That(frame.FromFrame(123), Is.EqualTo(level));
    }

    [Test]
    public void Rounding_is_no_variation()
    {
        Assert.That(Of(16777216, 16777218, 16777216).IsFlat, "One unit in the last place of single precision.");
        Assert.That(Of(16777216, 16777316, 16777216).IsFlat, Is.False);
    }

    [Test]
    public void The_smallest_window_beside_the_largest_pool_is_not_flat() => Assert.That(Of(1e-6f, 2e-6f, 3e-6f).IsFlat, Is.False);

    [TestCase(WindowNormalization.None, 1e6, 1e7)]
    [TestCase(WindowNormalization.LastValue, 5, 1e7)]
    public void Other_normalisations_divide_by_the_deviation_of_all_series(
        WindowNormalization normalization,
        double centre,
        double scale
    ) => Assert.That(InstanceNormalization.Of(normalization, _pooled, 0, [1, 5]), Is.EqualTo(new InstanceNormalization(centre, scale)));
}
