using RnnMlNet.Estimators.Forecasting;

namespace RnnMlNet;

/// <summary>
/// What forecasts from several origins of the same series came to. Made by <c>mlContext.Forecasting.Backtest</c>; <see cref="ToString"/> is
/// a table to read.
/// </summary>
/// <param name="Metrics">Of the forecasts from all origins together.</param>
/// <param name="SeasonalNaive">The same of what the seasonal naive method forecasts from the same origins.</param>
/// <param name="Folds">The origins, the earliest first.</param>
public sealed record BacktestResult(ForecastMetrics Metrics, ForecastMetrics SeasonalNaive, IReadOnlyList<BacktestFold> Folds)
{
    /// <summary>A line for each origin, and the metrics in all and by step, those of the seasonal naive method beside them.</summary>
    public override string ToString() => ForecastText.Table(this);
}

/// <summary>Forecasts from one origin.</summary>
/// <param name="Fold">1 for the earliest origin.</param>
/// <param name="TrainingRows">Rows up to the origin, of all series.</param>
/// <param name="Metrics">Of these forecasts; where there are none, NaN.</param>
/// <param name="Forecasts">Each forecast value with the one that came: series after series, of each target its steps.</param>
/// <param name="Model">What forecast: trained on the rows up to this origin, or up to the first one where it was not refitted.</param>
public sealed record BacktestFold(
    int Fold,
    int TrainingRows,
    ForecastMetrics Metrics,
    IReadOnlyList<BacktestForecast> Forecasts,
    Microsoft.ML.ITransformer Model
)
{
    /// <summary>
    /// Series that go on over the origin but have no forecast from it, because the row before it is missing, or has no whole window before
    /// it: their values count nowhere.
    /// </summary>
    public int SeriesLeftOut { get; init; }

    /// <summary>The origin, the rows before it, and how far its forecasts lay off, in a line.</summary>
    public override string ToString() => ForecastText.Line(this);
}

/// <summary>A value that was forecast, and the one that came.</summary>
/// <param name="Series">The series' key; empty where there is one only.</param>
/// <param name="Target">Which of the column's numbers, 0 for the first.</param>
/// <param name="Step">Steps after the origin, 1 for the next.</param>
/// <param name="Time">When it was, by its clock; null without a time column of dates.</param>
/// <param name="Forecast">The forecast.</param>
/// <param name="LowerBound">Its lower bound; NaN without bounds.</param>
/// <param name="UpperBound">Its upper bound; NaN without bounds.</param>
/// <param name="Actual">The value that came; NaN where it is missing.</param>
public sealed record BacktestForecast(
    string Series,
    int Target,
    int Step,
    DateTime? Time,
    float Forecast,
    float LowerBound,
    float UpperBound,
    float Actual
);
