namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The values of one row: forecasts, and bounds where there are some; each [C, horizon].</summary>
internal readonly ref struct ForecastRow(int horizon, ReadOnlySpan<float> forecasts, ReadOnlySpan<float> lower, ReadOnlySpan<float> upper)
{
    public int Horizon { get; } = horizon;

    public ReadOnlySpan<float> Forecasts { get; } = forecasts;

    public ReadOnlySpan<float> Lower { get; } = lower;

    public ReadOnlySpan<float> Upper { get; } = upper;

    public bool HasBounds => !Lower.IsEmpty;

    /// <summary>The values of the first steps only.</summary>
    /// <param name="steps">Number of steps; the row itself where there are no more.</param>
    /// <param name="channels">C.</param>
    public ForecastRow First(int steps, int channels)
    {
        if (steps >= Horizon)
            return this;
        return new ForecastRow(steps, Cut(Forecasts, steps, channels), Cut(Lower, steps, channels), Cut(Upper, steps, channels));
    }

    private float[] Cut(ReadOnlySpan<float> values, int steps, int channels)
    {
        if (values.IsEmpty)
            return [];
        var cut = new float[channels * steps];
        for (int channel = 0; channel < channels; channel++)
            values.Slice(channel * Horizon, steps).CopyTo(cut.AsSpan(channel * steps));
        return cut;
    }
}
