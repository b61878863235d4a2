using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;

namespace RnnMlNet.Estimators.Forecasting.Plots;

/// <summary>A forecast of one series, copied from its row.</summary>
/// <param name="Series">The series.</param>
/// <param name="Origin">The row's step.</param>
/// <param name="Horizon">Steps that are forecast.</param>
/// <param name="Values">[C, horizon].</param>
/// <param name="Lower">[C, horizon], or empty.</param>
/// <param name="Upper">[C, horizon], or empty.</param>
internal sealed record DrawnForecast(KeyedSeries Series, int Origin, int Horizon, float[] Values, float[] Lower, float[] Upper)
{
    public static DrawnForecast Of(KeyedSeries series, int origin, ForecastRow row) =>
        new(series, origin, row.Horizon, row.Forecasts.ToArray(), row.Lower.ToArray(), row.Upper.ToArray());

    /// <summary>A series without a forecast.</summary>
    public static DrawnForecast None(KeyedSeries series) => new(series, series.Steps.Length - 1, 0, [], [], []);

    /// <summary>The forecast of a target and a step, 1 for the next; NaN for none.</summary>
    public float At(int target, int step) => Values[target * Horizon + step - 1];

    /// <summary>Its bounds; NaN without bounds.</summary>
    public (float Lower, float Upper) BoundsAt(int target, int step) =>
        Lower.Length == 0 ? (float.NaN, float.NaN) : (Lower[target * Horizon + step - 1], Upper[target * Horizon + step - 1]);

    /// <summary>The actual value; NaN where it is missing or unknown yet.</summary>
    public float ActualAt(int target, int step) =>
        Origin + step < Series.Steps.Length ? ActualValues.At(Series.Steps, target, Origin + step) : float.NaN;
}
