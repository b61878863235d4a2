namespace RnnMlNet.Estimators.Forecasting.Plots;

/// <summary>The forecasts to plot, and the history before them.</summary>
/// <param name="Series">The key of the one series; null for the first ones.</param>
/// <param name="Target">Index of one of the column's values; null for all.</param>
/// <param name="Origin">The step that is forecast from; null for the last one with a forecast.</param>
/// <param name="History">Steps before it that are shown; null for three horizons, at least forty steps.</param>
/// <param name="ConfidenceLevel">Confidence level of the bounds, for the legend; null to omit it.</param>
internal sealed record ForecastSelection(string? Series, int? Target, Index? Origin, int? History, float? ConfidenceLevel);
