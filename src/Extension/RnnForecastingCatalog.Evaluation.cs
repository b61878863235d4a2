using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Estimators.Forecasting.Plots;

namespace Microsoft.ML;

public static partial class RnnForecastingCatalog
{
    /// <summary>
    /// Evaluates forecasts: compares the forecast at each row for each step ahead with the value of that step, for all rows and steps whose
    /// value is present. ML.NET has no evaluator of vectors of forecasts.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">The output of a forecaster's Transform, ours or ForecastBySsa's.</param>
    /// <param name="inputColumnName">Name of the column that was forecast.</param>
    /// <param name="forecastColumnName">Name of the forecasts' column: at each row those of the rows after it.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">Confidence level of the bounds, in (0, 1).</param>
    /// <param name="seasonLength">Steps of a season: MASE divides by the error of the seasonal naive forecast. 1 for the last
    /// value.</param>
    /// <param name="timeColumnName">Name of the column of times, or null if the rows are in time order.</param>
    /// <param name="seriesKeyColumnName">Name of the column of the series' key, or null for one series.</param>
    /// <param name="wholeHorizonOnly">Whether to evaluate only forecasts whose steps are all within the series, as in published
    /// comparisons; otherwise all existing values count.</param>
    /// <returns>MAE, RMSE, MAPE, sMAPE, MASE, RSE, and for bounds coverage, width and pinball loss; in total and by step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no forecast whose value is present.</exception>
    public static ForecastMetrics Evaluate(
        this ForecastingCatalog catalog,
        IDataView data,
        string inputColumnName,
        string forecastColumnName,
        string? confidenceLowerBoundColumn = null,
        string? confidenceUpperBoundColumn = null,
        float confidenceLevel = 0.95f,
        int seasonLength = 1,
        string? timeColumnName = null,
        string? seriesKeyColumnName = null,
        bool wholeHorizonOnly = false
    ) =>
        ForecastEvaluator
            .Of(CatalogUtils.GetEnvironment(catalog), data, inputColumnName, seriesKeyColumnName, timeColumnName, seasonLength)
            .Evaluate(
                new ForecastColumnNames(forecastColumnName, confidenceLowerBoundColumn, confidenceUpperBoundColumn),
                confidenceLevel,
                wholeHorizonOnly
            );

    /// <summary>
    /// Evaluates forecast quantiles by their quantile loss: compares those at each row for each step ahead with the value of that step, for
    /// all rows and steps whose value is present.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">The output of a forecaster's Transform.</param>
    /// <param name="inputColumnName">Name of the column that was forecast.</param>
    /// <param name="quantilesColumnName">Name of the quantiles' column, <see cref="ForecastColumn.QuantilesColumn"/>.</param>
    /// <param name="quantiles">The levels of the quantiles, ascending in (0, 1): <see cref="RnnForecastingTransformer.Quantiles"/>.</param>
    /// <param name="timeColumnName">Name of the column of times, or null if the rows are in time order.</param>
    /// <param name="seriesKeyColumnName">Name of the column of the series' key, or null for one series.</param>
    /// <param name="wholeHorizonOnly">Whether to evaluate only forecasts whose steps are all within the series.</param>
    /// <returns>Quantile loss, in the target's unit and weighted, and the share of values not above each quantile.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type or size, or a level is out of
    /// range.</exception>
    /// <exception cref="InvalidOperationException">There is no forecast whose value is present.</exception>
    public static ForecastQuantileMetrics EvaluateQuantiles(
        this ForecastingCatalog catalog,
        IDataView data,
        string inputColumnName,
        string quantilesColumnName,
        IEnumerable<float> quantiles,
        string? timeColumnName = null,
        string? seriesKeyColumnName = null,
        bool wholeHorizonOnly = false
    ) =>
        ForecastEvaluator
            .Of(CatalogUtils.GetEnvironment(catalog), data, inputColumnName, seriesKeyColumnName, timeColumnName, seasonLength: 1)
            .EvaluateQuantiles(quantilesColumnName, quantiles?.ToArray()!, wholeHorizonOnly);

    /// <summary>
    /// Evaluates the seasonal naive forecast, which repeats the last known value of the same position in the season: the baseline that a
    /// forecaster must beat.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">The rows.</param>
    /// <param name="inputColumnName">Name of the column to forecast.</param>
    /// <param name="horizon">Steps to forecast.</param>
    /// <param name="seasonLength">Steps of a season; 1 repeats the last value.</param>
    /// <param name="forecastColumnName">Name of a column of forecasts: only steps that it forecasts too are evaluated. Null for
    /// all.</param>
    /// <param name="timeColumnName">Name of the column of times, or null if the rows are in time order.</param>
    /// <param name="seriesKeyColumnName">Name of the column of the series' key, or null for one series.</param>
    /// <param name="wholeHorizonOnly">Whether to evaluate only forecasts whose steps are all within the series, as in published
    /// comparisons; otherwise all existing values count.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no forecast whose value is present.</exception>
    public static ForecastMetrics EvaluateSeasonalNaive(
        this ForecastingCatalog catalog,
        IDataView data,
        string inputColumnName,
        int horizon,
        int seasonLength,
        string? forecastColumnName = null,
        string? timeColumnName = null,
        string? seriesKeyColumnName = null,
        bool wholeHorizonOnly = false
    ) =>
        ForecastEvaluator
            .Of(CatalogUtils.GetEnvironment(catalog), data, inputColumnName, seriesKeyColumnName, timeColumnName, seasonLength)
            .EvaluateSeasonalNaive(horizon, forecastColumnName, wholeHorizonOnly);

    /// <summary>
    /// Backtests a forecaster: forecasts from several origins that roll towards the end of the data, with models trained on the data before
    /// each, and compares with the values that occurred. The seasonal naive method forecasts from the same origins.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">All rows, without a random split.</param>
    /// <param name="estimator">The forecaster.</param>
    /// <param name="folds">Number of origins, at least 1. The last is a horizon before the end.</param>
    /// <param name="horizon">Steps to forecast from each origin. Null for the forecaster's own; it may be shorter.</param>
    /// <param name="step">Steps from one origin to the next, at least 1. Null for the horizon, so that no value is forecast twice.</param>
    /// <param name="refit">Whether to train for each origin, or only once, on the data before the first.</param>
    /// <param name="seasonLength">Steps of a season, for the naive method and MASE. 1 for the last value.</param>
    /// <param name="columnIndex">Index of the forecaster's column to evaluate.</param>
    /// <returns>Metrics in all, by origin and by step, and each forecast.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no forecast whose value is present.</exception>
    public static BacktestResult Backtest(
        this ForecastingCatalog catalog,
        IDataView data,
        RnnForecastingEstimator estimator,
        int folds = 5,
        int? horizon = null,
        int? step = null,
        bool refit = true,
        int seasonLength = 1,
        int columnIndex = 0
    )
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckValue(estimator, nameof(estimator));
        var columns = estimator.ColumnsOf(columnIndex);
        return Backtest(
            env,
            data,
            estimator,
            columns.Series,
            columns.Outputs,
            estimator.ConfidenceLevel,
            seasonLength,
            new BacktestPlan(folds, horizon ?? estimator.Horizon, step ?? horizon ?? estimator.Horizon, refit)
        );
    }

    /// <summary>
    /// Backtests as <see cref="Backtest(ForecastingCatalog, IDataView, RnnForecastingEstimator, int, int?, int?, bool, int, int)"/> does,
    /// for any estimator whose transformer adds to each row forecasts of the rows after it, such as a pipeline with a forecaster.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">All rows, without a random split.</param>
    /// <param name="estimator">The forecaster, or a pipeline with it.</param>
    /// <param name="inputColumnName">Name of the column that is forecast, in <paramref name="data"/>.</param>
    /// <param name="forecastColumnName">Name of the forecasts' column.</param>
    /// <param name="folds">Number of origins, at least 1. The last is a horizon before the end.</param>
    /// <param name="horizon">Steps to forecast from each origin, at most those of the forecasts.</param>
    /// <param name="step">Steps from one origin to the next, at least 1. Null for the horizon, so that no value is forecast twice.</param>
    /// <param name="refit">Whether to train for each origin, or only once, on the data before the first.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">Confidence level of the bounds, in (0, 1).</param>
    /// <param name="seasonLength">Steps of a season, for the naive method and MASE. 1 for the last value.</param>
    /// <param name="timeColumnName">Name of the column of times, or null if the rows are in time order.</param>
    /// <param name="seriesKeyColumnName">Name of the column of the series' key, or null for one series.</param>
    /// <returns>Metrics in all, by origin and by step, and each forecast.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no forecast whose value is present.</exception>
    public static BacktestResult Backtest(
        this ForecastingCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        string inputColumnName,
        string forecastColumnName,
        int folds,
        int horizon,
        int? step = null,
        bool refit = true,
        string? confidenceLowerBoundColumn = null,
        string? confidenceUpperBoundColumn = null,
        float confidenceLevel = 0.95f,
        int seasonLength = 1,
        string? timeColumnName = null,
        string? seriesKeyColumnName = null
    )
    {
        // Missing values count nowhere, so their imputation does not matter here; the estimator applies its own option.
        var columns = new SeriesColumns([inputColumnName], [], [], seriesKeyColumnName, timeColumnName)
        {
            MissingSteps = MissingSteps.LastValue,
        };
        var names = new ForecastColumnNames(forecastColumnName, confidenceLowerBoundColumn, confidenceUpperBoundColumn);
        return Backtest(
            CatalogUtils.GetEnvironment(catalog),
            data,
            estimator,
            columns,
            names,
            confidenceLevel,
            seasonLength,
            new BacktestPlan(folds, horizon, step ?? horizon, refit)
        );
    }

    /// <summary>
    /// Plots the forecast at a row: the steps before it, the forecast with its bounds, and the actual values where the data continues.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">The output of a forecaster's Transform, ours or ForecastBySsa's.</param>
    /// <param name="inputColumnName">Name of the column that was forecast.</param>
    /// <param name="forecastColumnName">Name of the forecasts' column: at each row those of the rows after it.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="timeColumnName">Name of the column of times, or null if the rows are in time order.</param>
    /// <param name="seriesKeyColumnName">Name of the column of the series' key, or null for one series.</param>
    /// <param name="series">The key of the series to plot; null for the first four, one below the other.</param>
    /// <param name="target">Index of the column's number to plot, 0 for the first; null for all. Six charts at most.</param>
    /// <param name="origin">The step of the series, in time order, at which the forecast is made: 0 for the first, ^1 for the last. Null
    /// for the last one with a forecast.</param>
    /// <param name="history">Steps to show up to that one. Null for three times the horizon, and at least forty.</param>
    /// <param name="confidenceLevel">The confidence level of the bounds, in (0, 1), for the legend; null to omit it.</param>
    /// <returns>The plot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, the series or target does not exist, the
    /// origin has no forecast, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no forecast whose value is present.</exception>
    public static Plot Plot(
        this ForecastingCatalog catalog,
        IDataView data,
        string inputColumnName,
        string forecastColumnName,
        string? confidenceLowerBoundColumn = null,
        string? confidenceUpperBoundColumn = null,
        string? timeColumnName = null,
        string? seriesKeyColumnName = null,
        string? series = null,
        int? target = null,
        Index? origin = null,
        int? history = null,
        float? confidenceLevel = null
    )
    {
        // Missing values are gaps, so their imputation does not matter.
        var columns = new SeriesColumns([inputColumnName], [], [], seriesKeyColumnName, timeColumnName)
        {
            MissingSteps = MissingSteps.LastValue,
        };
        return ForecastPlot.Of(
            CatalogUtils.GetEnvironment(catalog).Register(nameof(Plot)),
            data,
            columns,
            new ForecastColumnNames(forecastColumnName, confidenceLowerBoundColumn, confidenceUpperBoundColumn),
            new ForecastSelection(series, target, origin, history, confidenceLevel)
        );
    }
}
