namespace RnnMlNet.Estimators.Forecasting;

/// <summary>What stands at one row: forecasts, and bounds where there are some; each [C, horizon].</summary>
internal readonly ref struct ForecastRow(int horizon, ReadOnlySpan<float> forecasts, ReadOnlySpan<float> lower, ReadOnlySpan<float> upper)
{
    public int Horizon { get; } = horizon;

    public ReadOnlySpan<float> Forecasts { get; } = forecasts;

    public ReadOnlySpan<float> Lower { get; } = lower;

    public ReadOnlySpan<float> Upper { get; } = upper;

    public bool HasBounds => !Lower.IsEmpty;

    /// <summary>The same of the first steps only.</summary>
    /// <param name="steps">The steps; where there are no more, it is the row itself.</param>
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
