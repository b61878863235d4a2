using NUnit.Framework;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Tests.Scoring;

[TestFixture]
internal sealed class IntervalTrackerTests
{
    private const int Horizon = 3,
        Settling = 1000;

    // Scores of a standard normal spread at each step.
    private static IntervalSettings Settings(float rate, float confidence = 0.9f)
    {
        var random = new Random(1);
        List<float>[] scores = [.. Enumerable.Range(0, Horizon).Select(_ => Enumerable.Range(0, 500).Select(_ => Normal(random)).ToList())];
        return new IntervalSettings(IntervalScores.Of(1, Horizon, scores), confidence, rate);
    }

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static WindowForecasts Zeros()
    {
        var forecasts = new WindowForecasts();
        forecasts.Size(1, Horizon);
        for (int h = 0; h < Horizon; h++)
            forecasts.Set(h, [0], 1);
        return forecasts;
    }

    private static double[] Coverage(IntervalTracker tracker, float spread, int steps)
    {
        var random = new Random(2);
        WindowForecasts forecasts = Zeros();
        var said = new List<(float[] Lower, float[] Upper)>();
        var covered = new double[Horizon];
        for (int step = 0; step < steps; step++)
        {
            float value = spread * Normal(random);
            tracker.Observe(step, [value]);
            // At first the bounds are on their way.
            for (int h = 0; h < Horizon && step >= Settling; h++)
            {
                var (lower, upper) = said[^(h + 1)];
                covered[h] += value >= lower[h] && value <= upper[h] ? 1 : 0;
            }
            tracker.Say(step + 1, forecasts, 0);
            said.Add((forecasts.Lower(0).ToArray(), forecasts.Upper(0).ToArray()));
        }
        return [.. covered.Select((count, h) => count / (steps - Settling))];
    }

    [Test]
    public void Intervals_widen_where_a_series_becomes_wilder_and_narrow_where_it_calms_down([Values(0.3f, 3f)] float spread)
    {
        Assert.That(Coverage(new IntervalTracker(Settings(rate: 0.05f)), spread, 5000), Is.All.EqualTo(0.9).Within(0.02));
        Assert.That(
            Coverage(new IntervalTracker(Settings(rate: 0)), spread, 5000),
            Is.All.Not.EqualTo(0.9).Within(0.08),
            "Bounds that stay do not hold."
        );
    }

    [Test]
    public void A_missing_value_moves_nothing()
    {
        IntervalTracker tracker = new(Settings(0.05f)),
            other = new(Settings(0.05f));
        WindowForecasts forecasts = Zeros();
        tracker.Say(0, forecasts, 0);
        tracker.Observe(0, [float.NaN]);
        tracker.Say(1, forecasts, 0);
        float[] after = forecasts.Lower(0).ToArray();
        other.Say(0, forecasts, 0);
        Assert.That(after, Is.EqualTo(forecasts.Lower(0).ToArray()));
        other.Observe(0, [-99]);
        other.Say(1, forecasts, 0);
        Assert.That(forecasts.Lower(0)[0], Is.LessThan(after[0]));
        Assert.That(forecasts.Lower(0)[1], Is.EqualTo(after[1]), "Nothing was said of that step from two steps before.");
    }
}
