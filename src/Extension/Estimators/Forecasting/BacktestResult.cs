using System.Text;

namespace RnnMlNet;

/// <summary>
/// Result of forecasts from several origins of the same series. Created by <c>mlContext.Forecasting.Backtest</c>; <see cref="ToString"/>
/// returns a table.
/// </summary>
/// <param name="Metrics">Metrics of the forecasts from all origins together.</param>
/// <param name="SeasonalNaive">The same metrics for the seasonal naive forecasts from the same origins.</param>
/// <param name="Folds">The origins, the earliest first.</param>
public sealed record BacktestResult(ForecastMetrics Metrics, ForecastMetrics SeasonalNaive, IReadOnlyList<BacktestFold> Folds)
{
    /// <summary>Returns a line for each origin, and the metrics in total and by step, with those of the seasonal naive method.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"{"Fold", 6}{"Rows", 9}{"MAE", 12}{"RMSE", 12}{"MAPE %", 9}");
        foreach (BacktestFold fold in Folds)
            text.AppendLine(
                ForecastMetrics.Invariant($"{fold.Fold, 6}{fold.TrainingRows, 9}")
                    + (fold.Metrics.Count == 0 ? "  no forecast" : fold.Metrics.Errors())
            );
        text.AppendLine($"{"naive", 6}{"", 9}" + SeasonalNaive.Errors());
        string[] leftOut =
        [
            .. Folds
                .Where(fold => fold.SeriesLeftOut > 0)
                .Select(fold => ForecastMetrics.Invariant($"{fold.SeriesLeftOut} series of fold {fold.Fold}")),
        ];
        if (leftOut.Length > 0)
            text.AppendLine($"Without a forecast from an origin: {string.Join(", ", leftOut)}");
        text.Append(Metrics.ToString());
        return text.ToString();
    }
}

/// <summary>Forecasts from one origin.</summary>
/// <param name="Fold">1 for the earliest origin.</param>
/// <param name="TrainingRows">Rows up to the origin, of all series.</param>
/// <param name="Metrics">Metrics of these forecasts; NaN if there are none.</param>
/// <param name="Forecasts">Each forecast with its actual value: series by series, for each target its steps.</param>
/// <param name="Model">The model that made the forecasts: trained on the rows up to this origin, or up to the first one without
/// refitting.</param>
public sealed record BacktestFold(
    int Fold,
    int TrainingRows,
    ForecastMetrics Metrics,
    IReadOnlyList<BacktestForecast> Forecasts,
    Microsoft.ML.ITransformer Model
)
{
    /// <summary>
    /// Number of series that continue beyond the origin but have no forecast from it, because the row at the origin is missing or has no
    /// complete window. Their values are not evaluated.
    /// </summary>
    public int SeriesLeftOut { get; init; }

    /// <summary>Returns the origin, the rows before it, and the errors of its forecasts, in one line.</summary>
    public override string ToString()
    {
        string errors =
            Metrics.Count == 0
                ? "no forecast"
                : $"{Metrics.Count} forecast values: "
                    + $"MAE {ForecastMetrics.Number(Metrics.MeanAbsoluteError)}, "
                    + $"RMSE {ForecastMetrics.Number(Metrics.RootMeanSquaredError)}, "
                    + ForecastMetrics.Invariant($"MAPE {Metrics.MeanAbsolutePercentageError:0.0} %");
        string leftOut = SeriesLeftOut > 0 ? ForecastMetrics.Invariant($"; {SeriesLeftOut} series without a forecast") : "";
        return ForecastMetrics.Invariant($"Fold {Fold}, {TrainingRows} rows before it; {errors}{leftOut}");
    }
}

/// <summary>A forecast and its actual value.</summary>
/// <param name="Series">The series' key; empty if there is only one series.</param>
/// <param name="Target">Index of the column's number, 0 for the first.</param>
/// <param name="Step">Steps after the origin, 1 for the next.</param>
/// <param name="Time">The time of that step, by its own clock; null without a time column of dates.</param>
/// <param name="Forecast">The forecast.</param>
/// <param name="LowerBound">Its lower bound; NaN without bounds.</param>
/// <param name="UpperBound">Its upper bound; NaN without bounds.</param>
/// <param name="Actual">The actual value; NaN if it is missing.</param>
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
