using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The seasonal naive forecast: each row ahead repeats the latest known row that is a whole number of seasons before it. For season 1, the
/// last value.
/// </summary>
internal sealed class SeasonalNaive(int channels, int horizon, int season)
{
    private readonly float[] _forecasts = new float[channels * horizon];

    /// <summary>The latest forecasts.</summary>
    public ForecastRow Row => new(horizon, _forecasts, default, default);

    /// <summary>Forecasts the rows after a row; NaN where there is no row that far back.</summary>
    public void Forecast(TimeSeries series, int at)
    {
        for (int step = 0; step < horizon; step++)
        {
            int known = at + 1 + step - season * (step / season + 1);
            for (int channel = 0; channel < channels; channel++)
                _forecasts[channel * horizon + step] = known < 0 ? float.NaN : ActualValues.At(series, channel, known);
        }
    }

    /// <summary>Removes the forecasts that another method does not have.</summary>
    public void LeaveOutMissingOf(ForecastRow other)
    {
        for (int channel = 0; channel < channels; channel++)
        for (int step = 0; step < horizon; step++)
            if (!float.IsFinite(other.Forecasts[channel * other.Horizon + step]))
                _forecasts[channel * horizon + step] = float.NaN;
    }
}
