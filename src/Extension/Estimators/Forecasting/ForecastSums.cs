using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Compares forecasts with the rows that follow them, and accumulates errors by step.</summary>
internal sealed class ForecastSums
{
    private readonly PairSums[] _steps;
    private readonly float _confidenceLevel;
    private readonly bool _wholeHorizonOnly;

    /// <param name="horizon">Steps to compare.</param>
    /// <param name="confidenceLevel">Confidence level of the bounds.</param>
    /// <param name="wholeHorizonOnly">Whether forecasts count only where the series continues for all of their steps.</param>
    public ForecastSums(int horizon, float confidenceLevel, bool wholeHorizonOnly = false)
    {
        _wholeHorizonOnly = wholeHorizonOnly;
        _steps = [.. Enumerable.Range(0, horizon).Select(_ => new PairSums())];
        _confidenceLevel = confidenceLevel;
    }

    public long Count => _steps.Sum(step => step.Count);

    public long Skipped => _steps.Sum(step => step.Skipped);

    /// <summary>Compares the forecasts of one step of a series with the steps after it, as far as there are any.</summary>
    /// <param name="series">The series.</param>
    /// <param name="at">The step.</param>
    /// <param name="scales">[C]: the scale of each channel's errors.</param>
    /// <param name="forecasts">The forecasts of that step.</param>
    public void Add(TimeSeries series, int at, ReadOnlySpan<double> scales, ForecastRow forecasts)
    {
        int steps = Math.Min(Math.Min(_steps.Length, forecasts.Horizon), series.Length - 1 - at);
        if (_wholeHorizonOnly && steps < _steps.Length)
            return;
        for (int channel = 0; channel < scales.Length; channel++)
        for (int step = 0; step < steps; step++)
            Add(
                _steps[step],
                ActualValues.At(series, channel, at + 1 + step),
                scales[channel],
                forecasts,
                channel * forecasts.Horizon + step
            );
    }

    public void Merge(ForecastSums other)
    {
        for (int step = 0; step < _steps.Length; step++)
            _steps[step].Merge(other._steps[step]);
    }

    /// <summary>The sums as bytes, for another process.</summary>
    public byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        foreach (PairSums step in _steps)
            step.Write(writer);
        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>The metrics of sums from <see cref="ToBytes"/>.</summary>
    /// <param name="bytes">The sums.</param>
    /// <param name="horizon">Their steps.</param>
    public static ForecastMetrics MetricsOf(byte[] bytes, int horizon)
    {
        var sums = new ForecastSums(horizon, confidenceLevel: 0);
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        for (int step = 0; step < horizon; step++)
            sums._steps[step].Merge(PairSums.Read(reader));
        return sums.Metrics();
    }

    /// <summary>Whether all sums are finite.</summary>
    /// <param name="bytes">The sums, of the right length.</param>
    /// <param name="horizon">Their steps.</param>
    public static bool AreFinite(byte[] bytes, int horizon)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        for (int step = 0; step < horizon; step++)
            if (!PairSums.Read(reader).IsFinite)
                return false;
        return true;
    }

    public ForecastMetrics Metrics()
    {
        var all = new PairSums();
        foreach (PairSums step in _steps)
            all.Merge(step);
        return new ForecastMetrics(all, [.. _steps.Select((sums, step) => new ForecastStepMetrics(step + 1, sums))]);
    }

    private void Add(PairSums sums, float target, double scale, ForecastRow forecasts, int slot)
    {
        float forecast = forecasts.Forecasts[slot];
        if (!float.IsFinite(target) || !float.IsFinite(forecast))
        {
            sums.Skip();
            return;
        }
        sums.Add(target, forecast, scale);
        if (forecasts.HasBounds && !float.IsNaN(forecasts.Lower[slot]) && !float.IsNaN(forecasts.Upper[slot]))
            sums.AddInterval(target, forecasts.Lower[slot], forecasts.Upper[slot], _confidenceLevel);
    }
}
