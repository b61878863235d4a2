using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The seasonal naive forecast: each row ahead is as the latest known row that lies whole seasons before it. Of season 1, the last value.
/// </summary>
internal sealed class SeasonalNaive(int channels, int horizon, int season)
{
    private readonly float[] _forecasts = new float[channels * horizon];

    /// <summary>The latest forecasts.</summary>
    public ForecastRow Row => new(horizon, _forecasts, default, default);

    /// <summary>Forecasts what follows a row; NaN where there is no row that far back.</summary>
    public void Forecast(TimeSeries series, int at)
    {
        for (int step = 0; step < horizon; step++)
        {
            int known = at + 1 + step - season * (step / season + 1);
            for (int channel = 0; channel < channels; channel++)
                _forecasts[channel * horizon + step] = known < 0 ? float.NaN : ActualValues.At(series, channel, known);
        }
    }

    /// <summary>Takes back the forecasts that another method does not give.</summary>
    public void LeaveOutMissingOf(ForecastRow other)
    {
        for (int channel = 0; channel < channels; channel++)
        for (int step = 0; step < horizon; step++)
            if (!float.IsFinite(other.Forecasts[channel * other.Horizon + step]))
                _forecasts[channel * horizon + step] = float.NaN;
    }
}
