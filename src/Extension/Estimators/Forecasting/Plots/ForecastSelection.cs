namespace RnnMlNet.Estimators.Forecasting.Plots;

/// <summary>Which forecasts are drawn, and with how much before them.</summary>
/// <param name="Series">The key of the one series; null for the first ones.</param>
/// <param name="Target">Which of the column's numbers; null for all.</param>
/// <param name="Origin">The step that is forecast from; null for the last one with a forecast.</param>
/// <param name="History">Steps before it that are shown; null for three horizons, and forty steps at least.</param>
/// <param name="ConfidenceLevel">Of the bounds, for the legend; null where it is not to be named.</param>
internal sealed record ForecastSelection(string? Series, int? Target, Index? Origin, int? History, float? ConfidenceLevel);
