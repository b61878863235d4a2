using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Interop;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Trains a recurrent network that forecasts time series: one target or several, one series or many, with past and known future values, and
/// with intervals. Created by <c>mlContext.Forecasting.ForecastByRnn</c>.
/// </summary>
public sealed class RnnForecastingEstimator : IEstimator<RnnForecastingTransformer>
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
            Static = _options.StaticColumnNames,
            Calendar = _options.CalendarFeatures,
            MissingSteps = _options.MissingSteps,
            Zone = _options.TimeZone is string zone ? TimeZones.Find(zone) : null,
            Frequency = _options.Frequency is string frequency ? Frequency.Parse(frequency) : null,
            ClosedDays = _options.Calendar?.ClosedDays ?? [],
            ClosedWeekdays = _options.Calendar?.ClosedWeekdays ?? [],
            Days = _options.Calendar is SeriesCalendar calendar ? new DayFeatures(calendar) : null,
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
    public RnnForecastingTransformer Fit(IDataView input) => FitFrom(null, input);

    /// <summary>
    /// Continues the training of a previous forecaster on <paramref name="input"/>: training starts from the weights of its networks,
    /// member by member, and keeps its scaling of the columns. Options of window, model and network that are null are the previous model's.
    /// The optimiser, the schedule, early stopping and the history start over. Intervals and the share of the naive forecast are the
    /// previous model's too, unless all held-out steps are, by their times, new to it, or
    /// <see cref="RnnForecastingOptions.NaiveShare"/> is set: then they are measured again.
    /// </summary>
    /// <param name="input">The rows: each a time step of a series, old ones and new ones.</param>
    /// <param name="previousModel">The previous model, fitted or loaded. It is not modified. Its columns, in their order, its horizon and
    /// its time steps must equal those here, and its network the options that are set; the series may differ.</param>
    /// <returns>A transformer that forecasts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the model has other columns, sizes or
    /// steps; the message states which.</exception>
    /// <inheritdoc cref="Fit(IDataView)" path="/exception"/>
    public RnnForecastingTransformer Fit(IDataView input, RnnForecastingTransformer previousModel)
    {
        _host.CheckValue(previousModel, nameof(previousModel));
        return FitFrom(previousModel, input);
    }

    /// <summary>
    /// Runs a learning rate range test (Leslie N. Smith, arXiv 1506.01186, section 3.3): makes training steps on <paramref name="input"/>
    /// as Fit would, from the same initial weights and on the same windows, but with a learning rate that rises exponentially from step to
    /// step, whatever the options LearningRate, LearningRateSchedule and MaxEpochs say, and records the loss. It ends early if the smoothed
    /// loss grows to four times its lowest value or the loss is not a number. The test leaves no state behind: a later Fit gives the same
    /// model as without it. Where Fit tries several <see cref="RnnForecastingOptions.Residual"/>s, so does the test, before its first step.
    /// </summary>
    /// <param name="input">The rows. Ends of series are held out as in Fit, and not used; the checkpoint options and Progress have no
    /// effect.</param>
    /// <param name="minLearningRate">The first step's rate, above 0.</param>
    /// <param name="maxLearningRate">The last step's rate, above <paramref name="minLearningRate"/>.</param>
    /// <param name="steps">Maximum number of steps, at least 20; they take as many epochs as needed.</param>
    /// <param name="previousModel">A previous model from which training would continue, as in
    /// <see cref="Fit(IDataView, RnnForecastingTransformer)"/>; null to start with random weights.</param>
    /// <returns>The curve, with a suggested rate: <see cref="LearningRateCurve.Suggestion"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate or the number of steps is out of its range, a column is missing or of the wrong
    /// type, or the previous model does not fit.</exception>
    /// <exception cref="InvalidOperationException">The rows come from a random split, steps are missing or irregular, or no series is long
    /// enough.</exception>
    /// <exception cref="OperationCanceledException">The option CancellationToken was cancelled, whatever OnCancellation says.</exception>
    public LearningRateCurve FindLearningRate(
        IDataView input,
        float minLearningRate = 1e-6f,
        float maxLearningRate = 1,
        int steps = 200,
        RnnForecastingTransformer? previousModel = null
    )
    {
        _host.CheckValue(input, nameof(input));
        var range = LearningRateRange.Checked(_host, minLearningRate, maxLearningRate, steps);
        SeriesBinding.CheckShape(_host, SchemaShape.Create(input.Schema), _columns);
        return new ForecastFit(_host, _options, _columns, _seed) { WarmStart = WarmStartOf(previousModel) }.TestRates(input, range);
    }

    private RnnForecastingTransformer FitFrom(RnnForecastingTransformer? previousModel, IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        SeriesBinding.CheckShape(_host, SchemaShape.Create(input.Schema), _columns);
        EarlyStopCheck.CheckPatience(_host, _options, "nothing is held out", "");
        var (checkpoints, seed) = FitCheckpoints.Of(
            _host,
            _options.CheckpointPath,
            _options.CheckpointInterval,
            _options.Seed is null,
            _seed
        );
        var fit = new ForecastFit(_host, _options, _columns, seed) { Checkpoints = checkpoints, WarmStart = WarmStartOf(previousModel) };
        return Transformer(fit.Run(input), input.Schema);
    }

    private static ForecastWarmStart? WarmStartOf(RnnForecastingTransformer? model) => model is null ? null : new ForecastWarmStart(model);

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

    /// <summary>Creates a Fit of its options and columns.</summary>
    internal ForecastFit NewFit() => new(_host, _options, _columns, _seed);

    /// <summary>The result of a Fit with this forecaster.</summary>
    /// <param name="forecaster">The forecaster.</param>
    /// <param name="trainSchema">The training columns.</param>
    internal RnnForecastingTransformer Transformer(TrainedForecaster forecaster, DataViewSchema trainSchema)
    {
        var outputs = ForecastOutputs.Of(_host, trainSchema, _options.Columns, _options.Horizon, _options.VariableHorizon) with
        {
            Quantiles = forecaster.Forecaster.OutputsPerStep,
        };
        SeriesColumns columns = _columns with { Categories = SeriesBinding.Bind(_host, trainSchema, _columns).Categories };
        return new RnnForecastingTransformer(_host, forecaster, columns, outputs)
        {
            ConfidenceLevel = _options.ConfidenceLevel,
            ScoringThreads = _options.ScoringThreads,
        };
    }

    internal int Horizon => _options.Horizon;

    internal float ConfidenceLevel => _options.ConfidenceLevel;

    /// <summary>The columns for evaluating one of its forecasts.</summary>
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
        // Missing values count nowhere in a comparison, so their imputation does not matter; the estimator applies its own option.
        SeriesColumns columns = _columns with
        {
            Targets = [column.InputColumnName],
            Past = [],
            Known = [],
            Static = [],
            Calendar = CalendarFeatures.None,
            Days = null,
            MissingSteps = MissingSteps.LastValue,
        };
        return (columns, outputs);
    }

    /// <summary>Options of <see cref="RnnForecastingEstimator"/>.</summary>
    public sealed class Options : RnnForecastingOptions;
}
