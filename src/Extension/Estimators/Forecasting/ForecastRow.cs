namespace RnnMlNet.Estimators.Forecasting;

/// <summary>What stands at one row: forecasts, and bounds where there are some; each [C, horizon].</summary>
internal readonly ref struct ForecastRow(int horizon, ReadOnlySpan<float> forecasts, ReadOnlySpan<float> lower, ReadOnlySpan<float> upper)
{
    public int Horizon { get; } = horizon;

    public ReadOnlySpan<float> Forecasts { get; } = forecasts;

    public ReadOnlySpan<float> Lower { get; } = lower;

    public ReadOnlySpan<float> Upper { get; } = upper;

    public bool HasBounds => !Lower.IsEmpty;
}
