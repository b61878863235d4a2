using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Plots.Forecasts;

namespace Microsoft.ML;

/// <summary>Forecasting with recurrent networks, in ML.NET's catalog of forecasting.</summary>
public static class RnnForecastingCatalog
{
    /// <summary>
    /// A recurrent network that forecasts a time series: at each row the next <paramref name="horizon"/> values, and bounds that each is to
    /// lie between, from the values up to the row.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="outputColumnName">Name of the forecasts' column: Vector of Single [horizon]; of a vector of C targets [C,
    /// horizon].</param>
    /// <param name="inputColumnName">Name of the column to forecast: Single, or a known-size vector of Single.</param>
    /// <param name="horizon">Steps that are forecast.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">The chance, in (0, 1), with which a value is to lie between its bounds.</param>
    /// <param name="variableHorizon">Whether fewer steps may be asked for later; the columns are then vectors of variable size.</param>
    /// <param name="timeColumnName">Name of the column of times, or null when rows stand in their order.</param>
    /// <param name="seriesKeyColumnName">Name of the column that says of which series a row is, or null for one series.</param>
    /// <param name="windowSize">Steps that a forecast is made from; null: chosen from the series, as all else that shapes learning.</param>
    /// <param name="maxEpochs">Passes over the training windows at most; null: chosen from their number.</param>
    /// <param name="learningRate">The learning rate; null: chosen.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static RnnForecastingEstimator ForecastByRnn(
        this ForecastingCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        int horizon,
        string? confidenceLowerBoundColumn = null,
        string? confidenceUpperBoundColumn = null,
        float confidenceLevel = 0.95f,
        bool variableHorizon = false,
        string? timeColumnName = null,
        string? seriesKeyColumnName = null,
        int? windowSize = null,
        int? maxEpochs = null,
        float? learningRate = null
    ) =>
        catalog.ForecastByRnn(
            new RnnForecastingEstimator.Options
            {
                Columns = [Column(outputColumnName, inputColumnName, confidenceLowerBoundColumn, confidenceUpperBoundColumn)],
                WindowSize = windowSize,
                Horizon = horizon,
                ConfidenceLevel = confidenceLevel,
                VariableHorizon = variableHorizon,
                TimeColumnName = timeColumnName,
                SeriesKeyColumnName = seriesKeyColumnName,
                MaxEpochs = maxEpochs,
                LearningRate = learningRate,
            }
        );

    /// <summary>
    /// A recurrent network that forecasts a time series, with the parameters of ML.NET's <c>ForecastBySsa</c> in their order, so that its
    /// name is all that changes in a call of it.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="outputColumnName">Name of the forecasts' column: Vector of Single [horizon].</param>
    /// <param name="inputColumnName">Name of the column to forecast: Single, or a known-size vector of Single.</param>
    /// <param name="windowSize">Steps that a forecast is made from.</param>
    /// <param name="seriesLength">Steps that ForecastBySsa keeps of a series, more than <paramref name="windowSize"/>; a network keeps its
    /// window, and needs no more.</param>
    /// <param name="trainSize">Steps from the beginning of the series that training uses, validation included.</param>
    /// <param name="horizon">Steps that are forecast.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">The chance, in (0, 1), with which a value is to lie between its bounds.</param>
    /// <param name="variableHorizon">Whether fewer steps may be asked for later; the columns are then vectors of variable size.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public static RnnForecastingEstimator ForecastByRnn(
        this ForecastingCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        int windowSize,
        int seriesLength,
        int trainSize,
        int horizon,
        string? confidenceLowerBoundColumn = null,
        string? confidenceUpperBoundColumn = null,
        float confidenceLevel = 0.95f,
        bool variableHorizon = false
    )
    {
        CatalogUtils
            .GetEnvironment(catalog)
            .CheckUserArg(
                seriesLength > windowSize,
                nameof(seriesLength),
                $"seriesLength is {seriesLength}; it must be more than windowSize, {windowSize}."
            );
        return catalog.ForecastByRnn(
            new RnnForecastingEstimator.Options
            {
                Columns = [Column(outputColumnName, inputColumnName, confidenceLowerBoundColumn, confidenceUpperBoundColumn)],
                WindowSize = windowSize,
                TrainSize = trainSize,
                Horizon = horizon,
                ConfidenceLevel = confidenceLevel,
                VariableHorizon = variableHorizon,
            }
        );
    }

    /// <summary>
    /// A recurrent network that forecasts time series, with all options: several targets, covariates, many series, the calendar, the
    /// network.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnForecastingEstimator ForecastByRnn(this ForecastingCatalog catalog, RnnForecastingEstimator.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Evaluates forecasts: the one that stands at a row for a step ahead is compared with the value of that step, for all rows and steps
    /// whose value is there. ML.NET has no evaluator of vectors of forecasts.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">What a forecaster's Transform gave, ours or ForecastBySsa's.</param>
    /// <param name="inputColumnName">Name of the column that was forecast.</param>
    /// <param name="forecastColumnName">Name of the forecasts' column: at each row those of the rows after it.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">The confidence that the bounds were made with, in (0, 1).</param>
    /// <param name="seasonLength">Steps of a season: MASE divides by the error of the seasonal naive forecast. 1 for the last
    /// value.</param>
    /// <param name="timeColumnName">Name of the column of times, or null when rows stand in their order.</param>
    /// <param name="seriesKeyColumnName">Name of the column that says of which series a row is, or null for one series.</param>
    /// <param name="wholeHorizonOnly">Whether forecasts count only where the series goes on for all of their steps, as in published
    /// comparisons; else all values that are there count.</param>
    /// <returns>MAE, RMSE, MAPE, sMAPE, MASE, RSE, and of bounds coverage, width and pinball loss; in all and by step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">No forecast's value is there.</exception>
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
    /// Evaluates what the seasonal naive method would have forecast, each step as the last known one of the same place in its season: what
    /// a forecaster must be better than.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">The rows.</param>
    /// <param name="inputColumnName">Name of the column to forecast.</param>
    /// <param name="horizon">Steps to forecast.</param>
    /// <param name="seasonLength">Steps of a season; 1 repeats the last value.</param>
    /// <param name="forecastColumnName">Name of a column of forecasts, which says what counts: only what it forecasts too. Null for
    /// all.</param>
    /// <param name="timeColumnName">Name of the column of times, or null when rows stand in their order.</param>
    /// <param name="seriesKeyColumnName">Name of the column that says of which series a row is, or null for one series.</param>
    /// <param name="wholeHorizonOnly">Whether forecasts count only where the series goes on for all of their steps, as in published
    /// comparisons; else all values that are there count.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">No forecast's value is there.</exception>
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
    /// Forecasts from several origins that roll towards the end of the data, by models trained on what comes before each, and compares with
    /// what came: how good a forecaster will be, measured in the only way that a time series allows. The seasonal naive method forecasts
    /// from the same origins.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">The rows, all of them: no random split of them.</param>
    /// <param name="estimator">The forecaster.</param>
    /// <param name="folds">Origins, at least 1. The last lies a horizon before the end.</param>
    /// <param name="horizon">Steps to forecast from each origin. Null for the forecaster's own; it may be less.</param>
    /// <param name="step">Steps from one origin to the next, at least 1. Null for the horizon, so that no value is forecast twice.</param>
    /// <param name="refit">Whether there is a training for each origin, or one only, on what comes before the first.</param>
    /// <param name="seasonLength">Steps of a season, for the naive method and MASE. 1 for the last value.</param>
    /// <param name="columnIndex">Which of the forecaster's columns is evaluated.</param>
    /// <returns>Metrics in all, by origin and by step, and each forecast.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">The rows come from a random split, or too few come before an origin.</exception>
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
    /// As <see cref="Backtest(ForecastingCatalog, IDataView, RnnForecastingEstimator, int, int?, int?, bool, int, int)"/>, of any estimator
    /// whose transformer gives each row forecasts of the rows after it, such as a pipeline with a forecaster.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">The rows, all of them: no random split of them.</param>
    /// <param name="estimator">The forecaster, or a pipeline with it.</param>
    /// <param name="inputColumnName">Name of the column that is forecast, in <paramref name="data"/>.</param>
    /// <param name="forecastColumnName">Name of the forecasts' column.</param>
    /// <param name="folds">Origins, at least 1. The last lies a horizon before the end.</param>
    /// <param name="horizon">Steps to forecast from each origin, at most those of the forecasts.</param>
    /// <param name="step">Steps from one origin to the next, at least 1. Null for the horizon, so that no value is forecast twice.</param>
    /// <param name="refit">Whether there is a training for each origin, or one only, on what comes before the first.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">The confidence that the bounds are made with, in (0, 1).</param>
    /// <param name="seasonLength">Steps of a season, for the naive method and MASE. 1 for the last value.</param>
    /// <param name="timeColumnName">Name of the column of times, or null when rows stand in their order.</param>
    /// <param name="seriesKeyColumnName">Name of the column that says of which series a row is, or null for one series.</param>
    /// <returns>Metrics in all, by origin and by step, and each forecast.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">The rows come from a random split, or too few come before an origin.</exception>
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
        // What is missing counts nowhere, so how it is made up does not matter here; the estimator has its own say.
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
    /// A plot of the forecast that stands at a row: the steps before it, what was forecast with its bounds, and what came, where the
    /// data goes on.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="data">What a forecaster's Transform gave, ours or ForecastBySsa's.</param>
    /// <param name="inputColumnName">Name of the column that was forecast.</param>
    /// <param name="forecastColumnName">Name of the forecasts' column: at each row those of the rows after it.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="timeColumnName">Name of the column of times, or null when rows stand in their order.</param>
    /// <param name="seriesKeyColumnName">Name of the column that says of which series a row is, or null for one series.</param>
    /// <param name="series">The key of the series to draw; null for the first four, below one another.</param>
    /// <param name="target">Which of the column's numbers to draw, 0 for the first; null for all. Six charts at most.</param>
    /// <param name="origin">The step of the series, in the order of time, that the forecast is made at: 0 for the first, ^1 for the last.
    /// Null for the last one with a forecast.</param>
    /// <param name="history">Steps to show up to that one. Null for three times the horizon, and forty at least.</param>
    /// <param name="confidenceLevel">The confidence that the bounds were made with, in (0, 1), for the legend; null to leave it
    /// out.</param>
    /// <returns>The plot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, there is no such series or target, the origin
    /// has no forecast, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">The data has no rows, or its times are irregular.</exception>
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
        // What is missing is a gap, so how it is made up does not matter.
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

    /// <summary>An engine that forecasts series that go on, row by row, with a trained forecaster.</summary>
    /// <typeparam name="TIn">The class of a row, with the columns of the series.</typeparam>
    /// <typeparam name="TOut">The class of an answer, with a <c>float[]</c> for each wanted column.</typeparam>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="model">What ForecastByRnn's Fit returned, or a chain of transformers that ends with it.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <returns>The engine, with the ends of the series that the model was trained on.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model does not end with a forecaster, a column that it needs is missing or of a
    /// wrong type, or an option is out of its range.</exception>
    public static RnnForecastEngine<TIn, TOut> CreateForecastEngine<TIn, TOut>(
        this ForecastingCatalog catalog,
        ITransformer model,
        ForecastEngineOptions? options = null
    )
        where TIn : class
        where TOut : class, new() =>
        new(CatalogUtils.GetEnvironment(catalog), model, options ?? new ForecastEngineOptions(), checkPointPath: null);

    /// <summary>An engine that goes on where another one was when it wrote a checkpoint.</summary>
    /// <inheritdoc cref="CreateForecastEngine{TIn, TOut}(ForecastingCatalog, ITransformer, ForecastEngineOptions?)" path="/typeparam"/>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="model">The model that the other engine had: the same one, or one saved and loaded.</param>
    /// <param name="checkPointPath">The file that <see cref="RnnForecastEngine{TIn, TOut}.CheckPoint(string)"/> wrote.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <returns>The engine, with the series of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">As for CreateForecastEngine; or the checkpoint was written with another model, which
    /// the message names.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="FormatException">The file is damaged, truncated, of a newer version or no checkpoint; the message says
    /// which.</exception>
    public static RnnForecastEngine<TIn, TOut> OpenForecastEngine<TIn, TOut>(
        this ForecastingCatalog catalog,
        ITransformer model,
        string checkPointPath,
        ForecastEngineOptions? options = null
    )
        where TIn : class
        where TOut : class, new()
    {
        IHostEnvironment env = CatalogUtils.GetEnvironment(catalog);
        env.CheckNonWhiteSpace(checkPointPath, nameof(checkPointPath));
        return new(env, model, options ?? new ForecastEngineOptions(), checkPointPath);
    }

    private static BacktestResult Backtest(
        IHostEnvironment env,
        IDataView data,
        IEstimator<ITransformer> estimator,
        SeriesColumns columns,
        ForecastColumnNames names,
        float confidenceLevel,
        int seasonLength,
        BacktestPlan plan
    )
    {
        IHost host = env.Register(nameof(Backtest));
        host.CheckValue(data, nameof(data));
        host.CheckValue(estimator, nameof(estimator));
        OptionsCheck.AtLeast(host, plan.Folds, 1, "folds");
        OptionsCheck.AtLeast(host, plan.Horizon, 1, "horizon");
        OptionsCheck.AtLeast(host, plan.Step, 1, "step");
        return new ForecastBacktest(host, data, estimator, columns, names, confidenceLevel, seasonLength).Run(plan);
    }

    private static ForecastColumn Column(string output, string input, string? lower, string? upper) =>
        new()
        {
            OutputColumnName = output,
            InputColumnName = input,
            ConfidenceLowerBoundColumn = lower,
            ConfidenceUpperBoundColumn = upper,
        };
}
