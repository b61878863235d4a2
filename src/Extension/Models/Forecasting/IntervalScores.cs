using RnnMlNet.Data.Series;

namespace RnnMlNet.Models.Forecasting;

/// <summary>
/// The nonconformity scores of forecasts on held-out windows, by target and horizon step, from which the bounds of an interval of any
/// confidence level are computed (split conformal prediction: Vovk et al., 2005; Lei et al., "Distribution-Free Predictive Inference for
/// Regression", 2018).
/// </summary>
/// <remarks>
/// A score is (value - forecast) / width, with the width that the forecast itself states: an interval's bounds are quantiles of scores,
/// times the width. Each tail has half of the values outside. Of n scores, the quantile of p is the one at position p (n + 1), so that a
/// further score is below it with a probability of at least p. Where a step has too few scores for a level, those of all steps, each
/// divided by its step's root mean square, replace them.
/// </remarks>
/// <param name="Targets">C.</param>
/// <param name="Horizon">H.</param>
/// <param name="Counts">[C H] numbers of scores.</param>
/// <param name="RootMeanSquares">[C H] of the scores.</param>
/// <param name="Quantiles">[C H, <see cref="Levels"/>] of the scores.</param>
/// <param name="Pooled">[C, <see cref="Levels"/>] of all steps' scores over their root mean squares.</param>
internal sealed record IntervalScores(int Targets, int Horizon, int[] Counts, float[] RootMeanSquares, float[] Quantiles, float[] Pooled)
{
    // Dense where intervals end.
    private static readonly double[] _lowerLevels =
    [
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.015,
        0.02,
        0.025,
        0.03,
        0.035,
        0.04,
        0.045,
        0.05,
        0.06,
        0.075,
        0.1,
        0.125,
        0.15,
        0.2,
        0.25,
        0.3,
        0.35,
        0.4,
        0.45,
    ];

    /// <summary>The levels of the stored quantiles, ascending.</summary>
    public static readonly double[] Levels = [.. _lowerLevels, 0.5, .. _lowerLevels.Reverse().Select(level => 1 - level)];

    /// <summary>Computes the quantiles of all windows' scores.</summary>
    /// <param name="targets">C.</param>
    /// <param name="horizon">H.</param>
    /// <param name="scores">[C H] the scores of each; at least one for each target.</param>
    public static IntervalScores Of(int targets, int horizon, IReadOnlyList<List<float>> scores)
    {
        var counts = new int[targets * horizon];
        float[] sizes = new float[counts.Length],
            quantiles = new float[counts.Length * Levels.Length],
            pooled = new float[targets * Levels.Length];
        for (int target = 0; target < targets; target++)
        {
            var all = new List<float>();
            for (int place = target * horizon; place < (target + 1) * horizon; place++)
            {
                counts[place] = scores[place].Count;
                sizes[place] = RootMeanSquare(scores[place]);
                Fill(quantiles, place, scores[place]);
                if (sizes[place] > 0)
                    foreach (float score in scores[place])
                        all.Add(score / sizes[place]);
            }
            Fill(pooled, target, all);
        }
        return new IntervalScores(targets, horizon, counts, sizes, quantiles, pooled);
    }

    /// <summary>The scores that bound a value at a confidence level.</summary>
    /// <param name="place">Target and step: c H + h.</param>
    /// <param name="confidenceLevel">In (0, 1).</param>
    public (float Lower, float Upper) Bounds(int place, double confidenceLevel)
    {
        double tail = (1 - confidenceLevel) / 2;
        if (Counts[place] > 0 && tail * (Counts[place] + 1) >= 1)
            return (Quantile(Quantiles, place, Counts[place], tail), Quantile(Quantiles, place, Counts[place], 1 - tail));
        int target = place / Horizon;
        float size = Size(place);
        return (size * Quantile(Pooled, target, 0, tail), size * Quantile(Pooled, target, 0, 1 - tail));
    }

    /// <summary>[C H] the medians of the scores, shrunk to 0 as far as they are uncertain: the typical excess of values over
    /// forecasts.</summary>
    /// <param name="origins">Maximum number of independent errors.</param>
    public float[] Centres(int origins)
    {
        var centres = new float[Counts.Length];
        for (int place = 0; place < centres.Length; place++)
            if (Counts[place] > 0)
            {
                float median = Quantile(Quantiles, place, Counts[place], 0.5);
                double uncertain = 2 * 1.25 * RootMeanSquares[place] / Math.Sqrt(Math.Min(Counts[place], origins));
                centres[place] = Math.Abs(median) <= uncertain ? 0 : (float)(median - Math.Sign(median) * uncertain);
            }
        return centres;
    }

    /// <summary>Whether each step has enough scores of its own for a confidence level.</summary>
    public bool AreEnoughFor(double confidenceLevel) => Counts.All(count => (1 - confidenceLevel) / 2 * (count + 1) >= 1);

    // A step beyond all windows has the value of the last one with scores.
    private float Size(int place)
    {
        while (Counts[place] == 0 && place % Horizon > 0)
            place--;
        return RootMeanSquares[place];
    }

    // The stored quantiles are at levels of the sorted scores themselves; the requested one is at position p (n + 1) among them.
    private static float Quantile(float[] quantiles, int row, int count, double level)
    {
        double asked =
            count == 0
                ? level
                : Math.Clamp(level < 0.5 ? (level * (count + 1) - 1) / (count - 1) : (level * (count + 1) - 1) / (count - 1), 0, 1);
        ReadOnlySpan<float> own = quantiles.AsSpan(row * Levels.Length, Levels.Length);
        int above = Array.FindIndex(Levels, known => known >= asked);
        if (above == 0)
            return own[0];
        if (above < 0)
            return own[^1];
        double share = (asked - Levels[above - 1]) / (Levels[above] - Levels[above - 1]);
        return (float)(own[above - 1] + share * (own[above] - own[above - 1]));
    }

    private static void Fill(float[] quantiles, int row, List<float> scores)
    {
        if (scores.Count == 0)
            return;
        float[] sorted = [.. scores];
        Array.Sort(sorted);
        for (int i = 0; i < Levels.Length; i++)
        {
            double place = Levels[i] * (sorted.Length - 1);
            int below = (int)place;
            float next = sorted[Math.Min(below + 1, sorted.Length - 1)];
            quantiles[row * Levels.Length + i] = (float)(sorted[below] + (place - below) * (next - sorted[below]));
        }
    }

    private static float RootMeanSquare(List<float> values) =>
        values.Count == 0 ? 0 : (float)Math.Sqrt(values.Sum(value => (double)value * value) / values.Count);
}
