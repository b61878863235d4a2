using Microsoft.ML.Runtime;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Scoring;

/// <summary>
/// The adaptive bounds of a growing series' intervals: each bound of each step of the horizon moves outwards where the actual value is
/// beyond it, and inwards by less otherwise, so that the long-run coverage matches the level whatever the series does after training
/// (quantile tracking: Angelopoulos, Candès and Tibshirani, "Conformal PID Control for Time Series Prediction", arXiv 2307.16895, after
/// Gibbs and Candès, "Adaptive Conformal Inference Under Distribution Shift", 2021). A rate of 0 keeps the bounds.
/// </summary>
internal sealed class IntervalTracker
{
    private readonly IntervalSettings _settings;
    private readonly int _horizon;

    // [C H] nonconformity scores.
    private readonly float[] _lower,
        _upper;

    // The intervals issued at the last H ends: end e is at index e mod H.
    private readonly IssuedIntervals?[] _said;

    public IntervalTracker(IntervalSettings settings)
    {
        _settings = settings;
        _horizon = settings.Scores.Horizon;
        (_lower, _upper) = settings.Start();
        _said = new IssuedIntervals?[_horizon];
    }

    /// <summary>The bounds of a window's forecasts.</summary>
    /// <param name="end">The step after the window.</param>
    /// <param name="forecasts">The windows.</param>
    /// <param name="window">The window among them; its bounds are overwritten.</param>
    public void Say(int end, WindowForecasts forecasts, int window)
    {
        ReadOnlySpan<float> values = forecasts.Values(window),
            below = forecasts.Below(window),
            above = forecasts.Above(window);
        Span<float> lower = forecasts.Lower(window),
            upper = forecasts.Upper(window);
        for (int place = 0; place < values.Length; place++)
        {
            float one = Bound(values[place], _lower[place], below[place], above[place]),
                other = Bound(values[place], _upper[place], below[place], above[place]);
            // A forecast is never outside its own bounds.
            (lower[place], upper[place]) = (Math.Min(values[place], Math.Min(one, other)), Math.Max(values[place], Math.Max(one, other)));
        }
        if (_settings.Rate == 0)
            return;
        IssuedIntervals said = _said[end % _horizon] ??= new IssuedIntervals(values.Length);
        said.End = end;
        lower.CopyTo(said.Lower);
        upper.CopyTo(said.Upper);
    }

    /// <summary>Compares an observed step with the intervals issued for it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">[C] its values; NaN where one is missing.</param>
    public void Observe(int step, ReadOnlySpan<float> values)
    {
        if (_settings.Rate == 0)
            return;
        for (int h = 0; h < _horizon && h <= step; h++)
        {
            if (_said[(step - h) % _horizon] is not IssuedIntervals said || said.End != step - h)
                continue;
            for (int channel = 0; channel < values.Length; channel++)
                if (!float.IsNaN(values[channel]))
                    Move(channel * _horizon + h, values[channel], said);
        }
    }

    /// <summary>A copy that later steps do not change.</summary>
    public IntervalTracker Copy()
    {
        var copy = new IntervalTracker(_settings);
        _lower.CopyTo(copy._lower, 0);
        _upper.CopyTo(copy._upper, 0);
        for (int i = 0; i < _said.Length; i++)
            copy._said[i] = _said[i]?.Copy();
        return copy;
    }

    /// <summary>
    /// Writes the state: the scores of the lower and the upper bounds; int: ends with issued intervals, and for each int: the end, then its
    /// bounds.
    /// </summary>
    public void Write(BinaryWriter writer)
    {
        WriteAll(writer, _lower);
        WriteAll(writer, _upper);
        IssuedIntervals[] said = [.. _said.OfType<IssuedIntervals>()];
        writer.Write(said.Length);
        foreach (IssuedIntervals one in said)
        {
            writer.Write(one.End);
            WriteAll(writer, one.Lower);
            WriteAll(writer, one.Upper);
        }
    }

    /// <summary>Reads the state.</summary>
    /// <exception cref="FormatException">It is damaged.</exception>
    public void Read(PayloadReader reader, string what)
    {
        reader.ReadSingles(_lower.Length, "lower bounds").CopyTo(_lower, 0);
        reader.ReadSingles(_upper.Length, "upper bounds").CopyTo(_upper, 0);
        int count = reader.ReadCount(sizeof(int), "forecasts");
        for (int i = 0; i < count; i++)
        {
            var said = new IssuedIntervals(_lower.Length) { End = reader.ReadInt32() };
            reader.ReadSingles(said.Lower.Length, "lower bounds").CopyTo(said.Lower, 0);
            reader.ReadSingles(said.Upper.Length, "upper bounds").CopyTo(said.Upper, 0);
            if (said.End < 0)
                throw Contracts.ExceptDecode($"{what} is damaged: a forecast was made at step {said.End}.");
            _said[said.End % _horizon] = said;
        }
    }

    private static void WriteAll(BinaryWriter writer, float[] values)
    {
        foreach (float value in values)
            writer.Write(value);
    }

    private void Move(int place, float value, IssuedIntervals said)
    {
        float step = _settings.Rate * _settings.Scores.RootMeanSquares[place],
            tail = (1 - _settings.ConfidenceLevel) / 2;
        _lower[place] -= step * ((value < said.Lower[place] ? 1 : 0) - tail);
        _upper[place] += step * ((value > said.Upper[place] ? 1 : 0) - tail);
    }

    private static float Bound(float forecast, float score, float below, float above) => forecast + score * (score < 0 ? below : above);

    private sealed class IssuedIntervals(int width)
    {
        public int End { get; set; } = -1;

        public float[] Lower { get; } = new float[width];

        public float[] Upper { get; } = new float[width];

        public IssuedIntervals Copy()
        {
            var copy = new IssuedIntervals(Lower.Length) { End = End };
            Lower.CopyTo(copy.Lower, 0);
            Upper.CopyTo(copy.Upper, 0);
            return copy;
        }
    }
}

/// <summary>The settings of intervals.</summary>
/// <param name="Scores">The nonconformity scores of held-out windows.</param>
/// <param name="ConfidenceLevel">The nominal share of values within an interval.</param>
/// <param name="Rate">How far a bound moves where a value is beyond it, as a share of the root mean square of the scores; 0 for not at
/// all.</param>
internal sealed record IntervalSettings(IntervalScores Scores, float ConfidenceLevel, float Rate)
{
    /// <summary>[C H] the initial scores of the bounds.</summary>
    public (float[] Lower, float[] Upper) Start()
    {
        float[] lower = new float[Scores.Targets * Scores.Horizon],
            upper = new float[lower.Length];
        for (int place = 0; place < lower.Length; place++)
            (lower[place], upper[place]) = Scores.Bounds(place, ConfidenceLevel);
        return (lower, upper);
    }
}
