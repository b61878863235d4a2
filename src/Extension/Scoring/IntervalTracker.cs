using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;

namespace RnnMlNet.Scoring;

/// <summary>
/// The bounds of a series' intervals as it goes on: each bound of each step of the horizon moves outwards where the value that came lies beyond it, and inwards by less where not, so
/// that in the long run as many lie beyond it as should, whatever has become of the series since training (quantile tracking: Angelopoulos, Candès and Tibshirani, "Conformal
/// PID Control for Time Series Prediction", arXiv 2307.16895, after Gibbs and Candès, "Adaptive Conformal Inference Under Distribution Shift", 2021). A rate of 0 moves nothing.
/// </summary>
internal sealed class IntervalTracker
{
    private readonly IntervalSettings _settings;
    private readonly int _horizon;
    // [C H] scores.
    private readonly float[] _lower, _upper;
    // Of the last H ends, what was said then: end e at place e mod H.
    private readonly Said?[] _said;

    public IntervalTracker(IntervalSettings settings)
    {
        _settings = settings;
        _horizon = settings.Scores.Horizon;
        (_lower, _upper) = settings.Start();
        _said = new Said?[_horizon];
    }

    /// <summary>The bounds of a window's forecasts.</summary>
    /// <param name="end">The step after the window.</param>
    /// <param name="forecasts">The windows.</param>
    /// <param name="window">The window among them; its bounds are overwritten.</param>
    public void Say(int end, WindowForecasts forecasts, int window)
    {
        ReadOnlySpan<float> values = forecasts.Values(window), below = forecasts.Below(window), above = forecasts.Above(window);
        Span<float> lower = forecasts.Lower(window), upper = forecasts.Upper(window);
        for (int place = 0; place < values.Length; place++)
        {
            float one = Bound(values[place], _lower[place], below[place], above[place]), other = Bound(values[place], _upper[place], below[place], above[place]);
            (lower[place], upper[place]) = (Math.Min(one, other), Math.Max(one, other));
        }
        if (_settings.Rate == 0)
            return;
        Said said = _said[end % _horizon] ??= new Said(values.Length);
        said.End = end;
        lower.CopyTo(said.Lower);
        upper.CopyTo(said.Upper);
    }

    /// <summary>A step of the series has come: the bounds that were said of it are compared with it.</summary>
    public void Observe(TimeSeries series, int step)
    {
        if (_settings.Rate == 0)
            return;
        for (int h = 0; h < _horizon && h <= step; h++)
        {
            if (_said[(step - h) % _horizon] is not Said said || said.End != step - h)
                continue;
            for (int channel = 0; channel < series.TargetCount; channel++)
                if (!series.IsImputed(channel, step))
                    Move(channel * _horizon + h, series.Targets(channel, step, 1)[0], said);
        }
    }

    private void Move(int place, float value, Said said)
    {
        float step = _settings.Rate * _settings.Scores.RootMeanSquares[place], tail = (1 - _settings.ConfidenceLevel) / 2;
        _lower[place] -= step * ((value < said.Lower[place] ? 1 : 0) - tail);
        _upper[place] += step * ((value > said.Upper[place] ? 1 : 0) - tail);
    }

    private static float Bound(float forecast, float score, float below, float above) => forecast + score * (score < 0 ? below : above);

    private sealed class Said(int width)
    {
        public int End { get; set; } = -1;

        public float[] Lower { get; } = new float[width];

        public float[] Upper { get; } = new float[width];
    }
}

/// <summary>How intervals are made.</summary>
/// <param name="Scores">What was measured on windows that were held out.</param>
/// <param name="ConfidenceLevel">The share of values that is to lie in an interval.</param>
/// <param name="Rate">How far a bound moves where a value lies beyond it, as a share of the root mean square of the scores; 0 for not at all.</param>
internal sealed record IntervalSettings(IntervalScores Scores, float ConfidenceLevel, float Rate)
{
    /// <summary>[C H] the scores that bounds begin with.</summary>
    public (float[] Lower, float[] Upper) Start()
    {
        float[] lower = new float[Scores.Targets * Scores.Horizon], upper = new float[lower.Length];
        for (int place = 0; place < lower.Length; place++)
            (lower[place], upper[place]) = Scores.Bounds(place, ConfidenceLevel);
        return (lower, upper);
    }
}
