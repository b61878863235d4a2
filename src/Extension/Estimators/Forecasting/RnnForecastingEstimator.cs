using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Interop;
using RnnMlNet.Models.Forecasting;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that forecasts time series: one target or several, one series or many, with past and known future values, and
/// with intervals. Created by <c>mlContext.Forecasting.ForecastByRnn</c>.
/// </summary>
public sealed partial class RnnForecastingEstimator : IEstimator<RnnForecastingTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly SeriesColumns _columns;
    private readonly int _seed;

    internal RnnForecastingEstimator(IHostEnvironment env, Options options)
    {
        MlNetVersion.Ensure();
        Contracts.CheckValue(env, nameof(env));
        _host = env.Register(nameof(RnnForecastingEstimator));
        _host.CheckValue(options, nameof(options));
        ForecastOptionsCheck.Check(_host, options);
        _options = (Options)options.Clone();
        ContextDevice.Apply(_host, _options);
        // Drawn once, here: a second Fit of the same estimator gives the same model.
        _seed = options.Seed ?? _host.Rand.Next();
        _columns = new SeriesColumns(
            [.. _options.Columns.Select(column => column.InputColumnName)],
            _options.PastColumnNames,
            _options.KnownColumnNames,
            _options.SeriesKeyColumnName,
            _options.TimeColumnName
        )
        {
            Calendar = _options.CalendarFeatures,
            MissingSteps = _options.MissingSteps,
            Zone = _options.TimeZone is string zone ? TimeZones.Find(zone) : null,
            Frequency = _options.Frequency is string frequency ? Frequency.Parse(frequency) : null,
            ClosedDays = _options.ClosedDays,
        };
    }

    /// <summary>
    /// Trains on <paramref name="input"/>. The end of each series is held out, as <see cref="RnnTrainingOptions.ValidationFraction"/>
    /// defines.
    /// </summary>
    /// <param name="input">The rows, each a time step of a series.</param>
    /// <returns>A transformer that forecasts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The rows come from a random split, steps are missing or irregular, no series is long
    /// enough, the loss became NaN, or the checkpoint belongs to other data or options.</exception>
    /// <exception cref="FormatException">The file at the option CheckpointPath is damaged, or not a checkpoint.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public RnnForecastingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        SeriesBinding.CheckShape(_host, SchemaShape.Create(input.Schema), _columns);
        CheckPatience();
        FitCheckpoints? checkpoints = _options.CheckpointPath is string path
            ? FitCheckpoints.Open(_host, path, _options.CheckpointInterval)
            : null;
        // A seed that was drawn is another one in another process: the training that was cut off goes on with its own.
        int seed = _options.Seed is null ? checkpoints?.SeedLeft ?? _seed : _seed;
        return Transformer(new ForecastFit(_host, _options, _columns, seed) { Checkpoints = checkpoints }.Run(input), input.Schema);
    }

    /// <summary>Returns the columns of Fit's transformer, after the same checks of the input columns.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        SeriesBinding.CheckShape(_host, inputSchema, _columns);
        var kind = _options.VariableHorizon ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
        var columns = inputSchema.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (string name in _options.Columns.SelectMany(column => column.Outputs))
            columns[name] = new SchemaShape.Column(
                name,
                kind,
                NumberDataViewType.Single,
                isKey: false,
                _columns.Time is null ? null : ForecastTimes.Shape
            );
        return new SchemaShape(columns.Values);
    }

    /// <summary>A Fit of its options and columns.</summary>
    internal ForecastFit NewFit() => new(_host, _options, _columns, _seed);

    /// <summary>What a Fit that came to this forecaster returns.</summary>
    /// <param name="forecaster">The forecaster.</param>
    /// <param name="trainSchema">The columns it was trained on.</param>
    internal RnnForecastingTransformer Transformer(TrainedForecaster forecaster, DataViewSchema trainSchema)
    {
        var outputs = ForecastOutputs.Of(_host, trainSchema, _options.Columns, _options.Horizon, _options.VariableHorizon);
        return new RnnForecastingTransformer(_host, forecaster, _columns, outputs)
        {
            ConfidenceLevel = _options.ConfidenceLevel,
            ScoringThreads = _options.ScoringThreads,
        };
    }

    internal int Horizon => _options.Horizon;

    internal float ConfidenceLevel => _options.ConfidenceLevel;

    /// <summary>The columns that one of its forecasts is evaluated by.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such forecast.</exception>
    internal (SeriesColumns Series, ForecastColumnNames Outputs) ColumnsOf(int columnIndex)
    {
        if (columnIndex < 0 || columnIndex >= _options.Columns.Length)
            throw _host.ExceptUserArg(
                nameof(columnIndex),
                $"columnIndex is {columnIndex}, but the forecaster has {_options.Columns.Length} columns: give 0 to "
                    + $"{_options.Columns.Length - 1}."
            );
        ForecastColumn column = _options.Columns[columnIndex];
        bool hasBoth = column.ConfidenceLowerBoundColumn is not null && column.ConfidenceUpperBoundColumn is not null;
        var outputs = new ForecastColumnNames(
            column.Output,
            hasBoth ? column.ConfidenceLowerBoundColumn : null,
            hasBoth ? column.ConfidenceUpperBoundColumn : null
        );
        // What is missing counts nowhere, so how it is made up does not matter to those who compare; the estimator has its own say.
        SeriesColumns columns = _columns with
        {
            Targets = [column.InputColumnName],
            Past = [],
            Known = [],
            Calendar = CalendarFeatures.None,
            MissingSteps = MissingSteps.LastValue,
        };
        return (columns, outputs);
    }

    private void CheckPatience()
    {
        if (_options.EarlyStoppingPatience > 0 && _options.ValidationFraction == 0)
            throw _host.ExceptUserArg(
                nameof(RnnTrainingOptions.EarlyStoppingPatience),
                $"EarlyStoppingPatience is {_options.EarlyStoppingPatience}, but nothing is held out to validate on: set a "
                    + $"ValidationFraction above 0, or EarlyStoppingPatience to 0."
            );
    }
}
