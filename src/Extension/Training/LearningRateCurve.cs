using System.Globalization;
using RnnMlNet.Plots;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Result of a learning rate range test: the loss of training steps with a rising learning rate. See Leslie N. Smith, Cyclical Learning
/// Rates for Training Neural Networks, arXiv 1506.01186, section 3.3.
/// </summary>
/// <param name="Points">One point per step, in order of ascending learning rate.</param>
/// <param name="HasDiverged">Whether the test ended before its highest rate, because the loss grew to several times its lowest value or was
/// not a number.</param>
[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed record LearningRateCurve(IReadOnlyList<LearningRatePoint> Points, bool HasDiverged) : IDrawn
{
    // The first smoothed losses are means of few steps, and the last ones may already be rising.
    private const int SkippedAtStart = 10,
        SkippedAtEnd = 1;

    /// <summary>
    /// The learning rate at which the smoothed loss falls most steeply against the logarithm of the rate: a first guess for the option
    /// LearningRate. The first ten points and the last are ignored. Null if the smoothed loss falls nowhere else.
    /// </summary>
    public float? Suggestion { get; } = Steepest(Points);

    /// <summary>Returns the result in one line.</summary>
    public override string ToString()
    {
        if (Points.Count == 0)
            return "No learning rate to suggest: the first step's loss was not finite";
        string suggested = Suggestion is float rate
            ? string.Create(CultureInfo.InvariantCulture, $"Suggested learning rate: {rate:g3}")
            : "No learning rate to suggest: the loss fell nowhere";
        return suggested
            + string.Create(
                CultureInfo.InvariantCulture,
                $" ({Points.Count} steps from {Points[0].LearningRate:g3} to "
                    + $"{Points[^1].LearningRate:g3}{(HasDiverged ? ", where the loss diverged" : "")})"
            );
    }

    IRendered IDrawn.Draw() => LearningRatePlot.Of(Points, Suggestion, ToString());

    private static float? Steepest(IReadOnlyList<LearningRatePoint> points)
    {
        double steepest = 0;
        float? rate = null;
        for (int i = SkippedAtStart; i < points.Count - SkippedAtEnd; i++)
        {
            double slope =
                (points[i + 1].SmoothedLoss - points[i - 1].SmoothedLoss)
                / (Math.Log(points[i + 1].LearningRate) - Math.Log(points[i - 1].LearningRate));
            if (slope < steepest)
                (steepest, rate) = (slope, points[i].LearningRate);
        }
        return rate;
    }
}
