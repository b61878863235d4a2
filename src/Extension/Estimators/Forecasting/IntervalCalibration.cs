using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Collects nonconformity scores: errors of forecasts on held-out windows, relative to the window's width.</summary>
/// <param name="layout">The layout of windows.</param>
/// <param name="spread">Factor of the scores.</param>
internal sealed class IntervalCalibration(WindowLayout layout, float spread = 1)
{
    private readonly List<float>[] _scores = [.. Enumerable.Range(0, layout.Targets * layout.Horizon).Select(_ => new List<float>())];

    // Scores are squared, and multiplied by widths again.
    private const double MostScore = 1e30;

    /// <summary>Adds the errors of some windows.</summary>
    public void Add(IReadOnlyList<WindowPosition> windows, WindowForecasts forecasts)
    {
        for (int w = 0; w < windows.Count; w++)
            Add(windows[w], forecasts, w);
    }

    public IntervalScores Scores() => IntervalScores.Of(layout.Targets, layout.Horizon, _scores);

    private void Add(WindowPosition window, WindowForecasts forecasts, int w)
    {
        ReadOnlySpan<float> values = forecasts.Values(w),
            below = forecasts.Below(w),
            above = forecasts.Above(w);
        for (int place = 0; place < values.Length; place++)
        {
            int channel = place / layout.Horizon,
                step = window.End + place % layout.Horizon;
            if (window.Series.IsImputed(channel, step))
                continue;
            float error = window.Series.Targets(channel, step, 1)[0] - values[place],
                width = error < 0 ? below[place] : above[place];
            // A flat window has no width to divide an error by.
            if (width > 0 && spread * (double)error / width is double score && !double.IsNaN(score))
                _scores[place].Add((float)Math.Clamp(score, -MostScore, MostScore));
        }
    }
}
