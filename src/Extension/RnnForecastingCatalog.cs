using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;

namespace Microsoft.ML;

/// <summary>Extension methods that add forecasting with recurrent networks to ML.NET's forecasting catalog.</summary>
public static partial class RnnForecastingCatalog
{
    /// <summary>
    /// Creates an estimator of a recurrent network that forecasts a time series: at each row it predicts the next
    /// <paramref name="horizon"/> values, with lower and upper bounds, from the values up to the row.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="outputColumnName">Name of the forecasts' column: Vector of Single [horizon]; [C, horizon] for a vector of C
    /// targets.</param>
    /// <param name="inputColumnName">Name of the column to forecast: Single, or a known-size vector of Single.</param>
    /// <param name="horizon">Steps to forecast.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">Confidence level of the bounds, in (0, 1).</param>
    /// <param name="variableHorizon">Whether a shorter horizon may be requested later; the columns are then vectors of variable
    /// size.</param>
    /// <param name="timeColumnName">Name of the column of times, or null if the rows are in time order.</param>
    /// <param name="seriesKeyColumnName">Name of the column of the series' key, or null for one series.</param>
    /// <param name="windowSize">Look-back: steps that a forecast is computed from; null: chosen from the series, like all other options
    /// that shape learning.</param>
    /// <param name="maxEpochs">Maximum number of epochs; null: chosen from the number of windows.</param>
    /// <param name="learningRate">The learning rate; null: chosen from the data.</param>
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
    /// Creates an estimator of a recurrent network that forecasts a time series, with the parameters of ML.NET's <c>ForecastBySsa</c> in
    /// their order, so that only the method's name changes in a call.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="outputColumnName">Name of the forecasts' column: Vector of Single [horizon]; [C, horizon] for a vector of C
    /// targets.</param>
    /// <param name="inputColumnName">Name of the column to forecast: Single, or a known-size vector of Single.</param>
    /// <param name="windowSize">Look-back: steps that a forecast is computed from.</param>
    /// <param name="seriesLength">Steps of a series that ForecastBySsa keeps, more than <paramref name="windowSize"/>; a network keeps its
    /// window and needs no more.</param>
    /// <param name="trainSize">Number of training steps from the beginning of the series, including validation.</param>
    /// <param name="horizon">Steps to forecast.</param>
    /// <param name="confidenceLowerBoundColumn">Name of the lower bounds' column, or null for none.</param>
    /// <param name="confidenceUpperBoundColumn">Name of the upper bounds' column, or null for none.</param>
    /// <param name="confidenceLevel">Confidence level of the bounds, in (0, 1).</param>
    /// <param name="variableHorizon">Whether a shorter horizon may be requested later; the columns are then vectors of variable
    /// size.</param>
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
    /// Creates an estimator of a recurrent network that forecasts time series, with all options: several targets, past and known future
    /// values, many series, calendar features, the network.
    /// </summary>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="options">The options.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static RnnForecastingEstimator ForecastByRnn(this ForecastingCatalog catalog, RnnForecastingEstimator.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>Creates an engine that forecasts continuing series row by row, with a trained forecaster.</summary>
    /// <typeparam name="TIn">The class of a row, with the columns of the series.</typeparam>
    /// <typeparam name="TOut">The class of a prediction, with a <c>float[]</c> for each wanted column.</typeparam>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="model">The result of ForecastByRnn's Fit, or a chain of transformers that ends with it.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <returns>The engine, which starts from the ends of the training series.</returns>
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

    /// <summary>Opens an engine that continues from another engine's checkpoint.</summary>
    /// <inheritdoc cref="CreateForecastEngine{TIn, TOut}(ForecastingCatalog, ITransformer, ForecastEngineOptions?)" path="/typeparam"/>
    /// <param name="catalog">The forecasting catalog of a context.</param>
    /// <param name="model">The other engine's model: the same object, or one saved and loaded.</param>
    /// <param name="checkPointPath">The file that <see cref="RnnForecastEngine{TIn, TOut}.CheckPoint(string)"/> wrote.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <returns>The engine, with the series of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">As for CreateForecastEngine; or the checkpoint was written with another model, which
    /// the message names.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="FormatException">The file is damaged, truncated, of a newer version or not a checkpoint; the message states
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
