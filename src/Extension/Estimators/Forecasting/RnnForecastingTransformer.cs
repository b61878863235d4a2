using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data.Series;
using RnnMlNet.Engines;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Exchange;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;
using RnnMlNet.Text;
using RnnMlNet.Training;

[assembly: LoadableClass(
    typeof(RnnForecastingTransformer),
    null,
    typeof(SignatureLoadModel),
    RnnForecastingTransformer.UserName,
    RnnForecastingTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Forecasts time series with a trained recurrent network: the result of <see cref="RnnForecastingEstimator"/>'s Fit, saved and loaded with
/// its pipeline. It adds to each row the forecast of the next steps of the row's series, computed from the steps up to the row. Forecasting
/// is managed code and needs no libtorch. Thread-safe.
/// </summary>
/// <remarks>
/// The forecast is NaN at the rows of a series before its window is full, at future rows (those at its end without a value), where the
/// window contains steps before a column's first value, and, with known future values, at rows after which the data does not cover the
/// horizon. Missing values are filled from earlier rows only. With a time column, series that continue where training ended start from the
/// last training steps, so that their first row has a forecast.
/// </remarks>
public sealed class RnnForecastingTransformer : ITransformer, IDisposable
{
    internal const string UserName = "Recurrent network forecaster";
    internal const string LoaderSignature = "RnnForecaster";

    private readonly IHost _host;
    private readonly SeriesColumns _columns;
    private readonly WindowForecaster _forecaster;
    private float _confidenceLevel = 0.95f;
    private int? _scoringThreads;

    internal RnnForecastingTransformer(IHostEnvironment env, TrainedForecaster model, SeriesColumns columns, ForecastOutputs outputs)
    {
        _host = env.Register(LoaderSignature);
        _columns = columns;
        Trained = model;
        Outputs = outputs;
        _forecaster = new WindowForecaster(model.Forecaster);
    }

    private static RnnForecastingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        var (model, columns, outputs, confidenceLevel) = ForecastFormat.Read(ctx.Reader);
        return new RnnForecastingTransformer(host, model, columns, outputs) { ConfidenceLevel = confidenceLevel };
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNFORCS", LoaderSignature);

    internal TrainedForecaster Trained { get; }

    internal ForecastOutputs Outputs { get; }

    internal SeriesColumns Columns => _columns;

    internal WindowForecaster Forecaster => _forecaster;

    /// <summary>The intervals of a confidence level; null where nothing was held out to calibrate them on.</summary>
    internal IntervalSettings? Intervals(float confidenceLevel) =>
        Trained.Scores is null ? null : new IntervalSettings(Trained.Scores, confidenceLevel, Trained.IntervalAdaptation);

    /// <summary>Training history by epoch; for an ensemble, the first member's. Its rows are windows times targets.</summary>
    public TrainingHistory History => Histories[0];

    /// <summary>
    /// Training history of each member: one for a single network, <see cref="RnnTrainingOptions.EnsembleSize"/> for an ensemble, the first
    /// being <see cref="History"/>. None of them measures the ensemble on validation steps: use <c>mlContext.Forecasting.Backtest</c>.
    /// </summary>
    public IReadOnlyList<TrainingHistory> Histories => [.. Trained.Forecaster.Members.Select(network => network.History)];

    /// <summary>
    /// All weights, in PyTorch's names and layout. The network reads and outputs windows in normalised units: see
    /// <see cref="RnnForecastingOptions.Normalization"/>.
    /// </summary>
    /// <param name="network">Index of the ensemble member, 0 for the first, below the number of <see cref="Histories"/>.</param>
    /// <returns>The weights, copied.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer networks.</exception>
    public IReadOnlyList<RnnWeight> GetWeights(int network = 0) => RnnWeight.Of(_host, Trained.Forecaster.Members, network);

    /// <summary>Returns targets, window, horizon and training as text.</summary>
    public override string ToString()
    {
        WindowLayout layout = Trained.Forecaster.Layout;
        return $"{nameof(RnnForecastingTransformer)} of {string.Join(", ", _columns.Targets)}: {Words.Plural(layout.Horizon, "step")} "
            + $"ahead, from windows of {layout.Window}{Environment.NewLine}{History}";
    }

    /// <summary>Look-back: steps that a forecast is computed from.</summary>
    public int WindowSize => Trained.Forecaster.Layout.Window;

    /// <summary>The levels of the columns of quantiles, ascending; empty for a loss without quantiles.</summary>
    public IReadOnlyList<float> Quantiles => Array.AsReadOnly(Trained.Forecaster.Quantiles);

    /// <summary>Steps to forecast.</summary>
    public int Horizon => Trained.Forecaster.Layout.Horizon;

    /// <summary>
    /// Confidence level of the bounds, in (0, 1). It may be set to another level than in training. Applies to views that Transform creates
    /// afterwards, and is saved with the model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not in (0, 1).</exception>
    public float ConfidenceLevel
    {
        get => _confidenceLevel;
        set
        {
            ForecastOptionsCheck.CheckConfidence(_host, value);
            _confidenceLevel = value;
        }
    }

    /// <summary>
    /// Threads that forecast the rows of a <see cref="Transform"/>, at least 1. Default null: <see cref="Environment.ProcessorCount"/>.
    /// Applies to views that Transform creates afterwards; not saved with the model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? ScoringThreads
    {
        get => _scoringThreads;
        set
        {
            OptionsCheck.CheckScoringThreads(_host, value);
            _scoringThreads = value;
        }
    }

    /// <summary>Returns the columns of <paramref name="inputSchema"/> with the forecasts' columns added.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column of the series is missing, or differs from the one in training.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        Bind(inputSchema);
        return Outputs.AddTo(inputSchema, Trained.Grid);
    }

    /// <summary>
    /// Returns the rows of <paramref name="input"/> with their forecasts. Nothing is read until a cursor requests a forecast; then the
    /// series' columns of all rows are read and kept in memory.
    /// </summary>
    /// <param name="input">The rows.</param>
    /// <returns>The rows with the forecasts' columns added.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column of the series is missing, or differs from the one in training.</exception>
    public IDataView Transform(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var rows = new ForecastRows(
            _host,
            input,
            Bind(input.Schema),
            Trained,
            _forecaster,
            Intervals(_confidenceLevel),
            ThreadCount.Of(_scoringThreads)
        );
        return new ForecastDataView(_host, input, Outputs, rows);
    }

    /// <summary>
    /// Writes the forecaster as an ONNX model (opset 17): from the values of windows to forecasts and bounds in the units of the series,
    /// including normalisation, season and the mean of an ensemble. They match this transformer's to 1e-4 of a window's deviation.
    /// </summary>
    /// <remarks>
    /// Inputs: <c>targets</c>, Single [windows, look-back, C]; where there are such columns <c>past</c>, Single [windows, look-back, P],
    /// <c>known</c>, Single [windows, look-back + horizon, K], known columns first, then sine and cosine of each calendar feature, then
    /// what <see cref="SeriesCalendar"/> lists of holidays and closed days, and <c>static</c>, Single [windows, S]: numbers, the numbers of
    /// keys (0 where missing), and with EmbedSeries the position of the series in <c>series_keys</c>, from 1 on (0 for another).
    /// Values are as in the columns, and a past or known key is 1 for its value and 0 for the others; the last step of the look-back is
    /// the row of the forecast. Outputs: one for each column that this transformer adds, by its name, Single [windows, horizon], for a
    /// vector column [windows, C, horizon]. Bounds are those of
    /// <see cref="ConfidenceLevel"/> as calibrated, without <see cref="RnnForecastingOptions.IntervalAdaptation"/>. A window that
    /// contains NaN or infinity gives NaN. Metadata: <c>window</c>, <c>look_back</c>, <c>horizon</c>, <c>target_columns</c>,
    /// <c>past_columns</c>, <c>known_columns</c>, <c>static_columns</c>, <c>key_values</c> (number of values of each key),
    /// <c>series_keys</c>, <c>calendar_features</c>, <c>holidays</c>, <c>closed_days</c>, <c>closed_weekdays</c>, <c>confidence_level</c>.
    /// </remarks>
    /// <param name="path">The file. An existing file is replaced atomically, through symbolic links too, and keeps its mode.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell, a column has the name of an input, or the model
    /// exceeds 2 GiB. No file is written.</exception>
    public void SaveAsOnnx(string path)
    {
        _host.CheckNonWhiteSpace(path, nameof(path));
        OnnxModel().WriteTo(path);
    }

    /// <summary>Writes the forecaster as an ONNX model, as <see cref="SaveAsOnnx(string)"/> does, to a stream, which stays open.</summary>
    /// <param name="stream">The stream to write to, from its current position.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell, a column has the name of an input, or the model
    /// exceeds 2 GiB. Nothing is written.</exception>
    public void SaveAsOnnx(Stream stream)
    {
        _host.CheckValue(stream, nameof(stream));
        OnnxModel().WriteTo(stream);
    }

    bool ITransformer.IsRowToRowMapper => false;

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw _host.Except(
            "A forecast depends on all rows of its series up to a row, so a PredictionEngine cannot make it from one row: "
                + "use Transform, or an engine of ml.Forecasting.CreateForecastEngine, which keeps the series."
        );

    /// <summary>Does nothing: the transformer holds no native resources. May be called more than once.</summary>
    public void Dispose()
    {
        // The forecaster is managed memory.
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        _host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo);

        // *** Binary format ***
        // section: columns, layout, scaling, intervals, the last windows of the series (ForecastFormat)
        // for each network a section (ModelFormat)
        ForecastFormat.Write(ctx.Writer, Trained, _columns, Outputs, _confidenceLevel);
    }

    /// <summary>The columns of the series in a schema.</summary>
    internal SeriesBinding Bind(DataViewSchema schema)
    {
        var binding = SeriesBinding.Bind(_host, schema, _columns);
        WindowLayout layout = Trained.Forecaster.Layout;
        CheckWidth("input", _columns.Targets, layout.Targets, binding.TargetCount);
        CheckWidth("past covariate", _columns.Past, layout.Past, binding.PastCount);
        CheckWidth("known covariate", _columns.Known, layout.Known, binding.KnownCount);
        CheckWidth("static covariate", _columns.Static, layout.Statics, binding.StaticCount);
        if (
            Trained.Grid is TimeGrid grid
            && binding.Time is DataViewSchema.Column time
            && TimeReader.KindOf(time.Type, _columns.Zone) != grid.Kind
        )
            throw _host.ExceptSchemaMismatch(nameof(schema), "time", time.Name, KindText(grid.Kind), time.Type.ToString()!);
        return binding;
    }

    private OnnxFile OnnxModel() => ForecastExport.ModelOf(Trained.Forecaster, _columns, Outputs.Columns, Intervals(_confidenceLevel));

    /// <summary>The same forecaster with other networks of the same sizes.</summary>
    internal RnnForecastingTransformer With(IHostEnvironment env, ForecastNetwork network) =>
        new(env, Trained with { Forecaster = network }, _columns, Outputs)
        {
            ConfidenceLevel = _confidenceLevel,
            ScoringThreads = _scoringThreads,
        };

    private static string KindText(TimeKind kind) =>
        kind switch
        {
            TimeKind.Number => "a number, as in training",
            TimeKind.Moment => "DateTime, as in training",
            TimeKind.OffsetMoment => "DateTimeOffset, as in training",
            TimeKind.ZonedMoment => "DateTime or DateTimeOffset, as in training",
            _ => throw new InvalidOperationException($"There are no times of kind {kind}."),
        };

    private void CheckWidth(string role, IReadOnlyList<string> names, int trained, int found)
    {
        if (trained != found)
            throw _host.ExceptSchemaMismatch(
                "schema",
                role,
                string.Join(", ", names),
                $"{trained} numbers in all, as in training",
                $"{found} numbers"
            );
    }
}
