using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Interop;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;
using RnnMlNet.Streaming;

namespace RnnMlNet;

/// <summary>
/// Forecasts growing series: observe their rows as they arrive, and request forecasts when needed. It keeps the last window of each series,
/// so the cost of an observation does not depend on the number before it, and that of a forecast is that of one window. Created by
/// <c>ml.Forecasting.CreateForecastEngine</c>.
/// </summary>
/// <remarks>
/// Thread-safe: rows of different series are processed in parallel, those of one series one after the other. A call that throws leaves all
/// series unchanged, and evicts none. Bounds at the model's own <see cref="RnnForecastingTransformer.ConfidenceLevel"/> adapt to the
/// forecasts issued and the values observed since, as in a Transform; those at another level stay as measured in training. A missing value
/// repeats the one before it; with MissingSteps.Linear the next value interpolates those missing before it.
/// </remarks>
/// <typeparam name="TIn">The class of a row, with the columns of the series.</typeparam>
/// <typeparam name="TOut">The class of a prediction, with a <c>float[]</c> for each wanted column of forecasts or bounds, at least
/// one.</typeparam>
public sealed class RnnForecastEngine<TIn, TOut> : IDisposable
    where TIn : class
    where TOut : class, new()
{
    private readonly IHost _host;
    private readonly RnnForecastingTransformer _forecaster;
    private readonly ObservationRules _rules;
    private readonly IntervalSettings? _intervals;
    private readonly SeriesEngine<ObservedSeries, ForecastPipeline<TIn, TOut>> _engine;

    internal RnnForecastEngine(IHostEnvironment env, ITransformer model, ForecastEngineOptions options, string? checkPointPath)
    {
        MlNetVersion.Ensure();
        _host = env.Register("ForecastEngine");
        _host.CheckValue(model, nameof(model));
        var bound = new ForecastEngineModel(_host, model);
        _forecaster = bound.Forecaster;
        ForecastNetwork network = _forecaster.Trained.Forecaster;
        _rules = new ObservationRules(_host, _forecaster.Columns, _forecaster.Trained.Grid, network.LookBack) { IdOf = network.IdOf };
        _intervals = _forecaster.Intervals(_forecaster.ConfidenceLevel);
        _engine = new SeriesEngine<ObservedSeries, ForecastPipeline<TIn, TOut>>(
            _host,
            GetType(),
            options.Capacity,
            options.Evicted,
            NewSeries,
            () => new ForecastPipeline<TIn, TOut>(_host, bound, options),
            new ForecastCheckpointFile(_forecaster.Trained, _rules, NewTracker)
        );
        if (checkPointPath is not null)
            _engine.Open(checkPointPath);
        else if (options.StartsAfterTraining)
            foreach (KeyedSeries tail in _forecaster.Trained.LastWindows)
                _engine.Add(new ObservedSeries(_rules, tail with { Steps = tail.Steps.Slice(0, tail.Steps.Length) }, 0, NewTracker()));
    }

    /// <summary>The columns that a prediction may have.</summary>
    public DataViewSchema OutputSchema => _engine.OutputSchema;

    /// <summary>Largest number of series held.</summary>
    public int Capacity => _engine.Capacity;

    /// <summary>Number of series held.</summary>
    public int Count => _engine.Count;

    /// <summary>Number of series evicted since this engine was created.</summary>
    public long EvictedCount => _engine.EvictedCount;

    /// <summary>Adds the next row of a series, identified by its key column; a new key starts a series.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="InvalidOperationException">The row is not later than the series' last, or a value is missing where MissingSteps is
    /// Refuse.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void Observe(TIn row) => Take(row, mustFill: false);

    /// <summary>Forecasts the one series of a model without a key column.</summary>
    /// <inheritdoc cref="Predict(string, int?, float?, IEnumerable{TIn}?)"/>
    public TOut Predict(int? horizon = null, float? confidenceLevel = null, IEnumerable<TIn>? known = null) =>
        Predict("", horizon, confidenceLevel, known);

    /// <summary>Forecasts a series from its rows so far.</summary>
    /// <param name="series">The series' key: a text as it is, an integer's digits, or the digits of an ML.NET key's number.</param>
    /// <param name="horizon">Steps to forecast, at most the model's; a smaller number needs a model with VariableHorizon. Null for the
    /// model's.</param>
    /// <param name="confidenceLevel">The probability, in (0, 1), that a value lies between its bounds. Null for the model's.</param>
    /// <param name="known"> With known future columns: the future rows of this series, one for each step from the one after its last, for
    /// the model's whole horizon whatever the one requested. With a time column in any order, else in their own; surplus rows are ignored.
    /// Their target columns are not read. Null where there are no such columns.
    /// </param>
    /// <returns>The prediction, a new object.</returns>
    /// <exception cref="InvalidOperationException">The series is not held, its window is not full, or future rows are missing, of another
    /// series or another time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The horizon or the confidence level is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public TOut Predict(string series, int? horizon = null, float? confidenceLevel = null, IEnumerable<TIn>? known = null)
    {
        _engine.CheckIsOpen();
        _host.CheckValue(series, nameof(series));
        int steps = CheckHorizon(horizon);
        if (confidenceLevel is float level)
            ForecastOptionsCheck.CheckConfidence(_host, level);
        ObservedSeries found =
            _engine.Find(series) ?? throw _host.Except($"There is no series '{series}': observe its rows first. {Count} series are held.");
        ForecastPipeline<TIn, TOut> pipeline = _engine.Rent();
        try
        {
            ComingRow[] coming = pipeline.ReadComing(known, _forecaster.Horizon);
            lock (found)
            {
                Forecast(pipeline, found, coming);
                if (pipeline.Writer.HasBounds)
                    Tracker(found, confidenceLevel).Say((int)found.Steps, pipeline.Forecasts, 0);
                return pipeline.Writer.Write(pipeline.Forecasts, steps);
            }
        }
        finally
        {
            _engine.Return(pipeline);
        }
    }

    /// <summary>
    /// Adds the next row of the series, and forecasts it: <see cref="Observe"/> and <see cref="Predict(int?, float?, IEnumerable{TIn}?)"/>
    /// in one, for a model without a key column.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="horizon">Steps to forecast; null for the model's.</param>
    /// <param name="confidenceLevel">The probability that a value lies between its bounds; null for the model's.</param>
    /// <returns>The prediction, a new object.</returns>
    /// <exception cref="InvalidOperationException">As for both; the window is not full with the row, or the model needs future rows: then
    /// the row is not added either.</exception>
    public TOut Predict(TIn row, int? horizon = null, float? confidenceLevel = null)
    {
        _engine.CheckIsOpen();
        CheckHorizon(horizon);
        if (confidenceLevel is float level)
            ForecastOptionsCheck.CheckConfidence(_host, level);
        if (_forecaster.Columns.Known.Count > 0)
            throw _host.Except(
                $"The model has known future columns ({string.Join(", ", _forecaster.Columns.Known)}): call "
                    + $"Observe with the row, and Predict with the future rows."
            );
        Take(row, mustFill: true);
        return Predict(horizon, confidenceLevel);
    }

    /// <summary>Whether a series is held.</summary>
    /// <param name="series">The series' key; the empty string without a key column.</param>
    public bool Contains(string series) => _engine.Find(series) is not null;

    /// <summary>Number of steps of a series, including those from training and imputed ones; 0 where it is not held.</summary>
    /// <param name="series">The series' key; the empty string without a key column.</param>
    public long StepsOf(string series = "") => _engine.StepsOf(series);

    /// <summary>Drops a series: its next row is its first.</summary>
    /// <param name="series">The series' key; the empty string without a key column.</param>
    /// <returns>Whether it was held.</returns>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public bool Reset(string series) => _engine.Reset(series);

    /// <summary>Drops all series.</summary>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void Reset() => _engine.Reset();

    /// <summary>
    /// Writes all series, and the state of their intervals, to a checkpoint, from which <c>ml.Forecasting.OpenForecastEngine</c> resumes
    /// with bit-identical results. The file is replaced atomically: if the process ends on the way, the old one is still there. It holds
    /// the model's fingerprint, not the model.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written. An existing one is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void CheckPoint(string path) => _engine.CheckPoint(path);

    /// <summary>Drops all series; the model stays. May be called more than once.</summary>
    public void Dispose() => _engine.Dispose();

    private void Take(TIn row, bool mustFill)
    {
        _engine.CheckIsOpen();
        _host.CheckValue(row, nameof(row));
        ForecastPipeline<TIn, TOut> pipeline = _engine.Rent();
        try
        {
            _engine.Take(pipeline.Read(row, mustFill), pipeline);
        }
        finally
        {
            _engine.Return(pipeline);
        }
    }

    private ObservedSeries NewSeries(string key)
    {
        WindowLayout layout = _forecaster.Trained.Forecaster.Layout;
        return new ObservedSeries(
            _rules,
            new KeyedSeries(key, new TimeSeries(layout.Targets, layout.Past, layout.Known), 0),
            0,
            NewTracker()
        );
    }

    private IntervalTracker? NewTracker() => _intervals is null ? null : new IntervalTracker(_intervals);

    private IntervalTracker Tracker(ObservedSeries series, float? confidenceLevel) =>
        confidenceLevel is float level && level != _intervals!.ConfidenceLevel
            ? new IntervalTracker(_intervals with { ConfidenceLevel = level, Rate = 0 })
            : series.Tracker!;

    private int CheckHorizon(int? horizon)
    {
        int most = _forecaster.Horizon;
        if (horizon is not int asked || asked == most)
            return most;
        if (asked < 1 || asked > most)
            throw _host.ExceptUserArg(nameof(horizon), $"horizon is {asked}; the model forecasts 1 to {most} steps.");
        return _forecaster.Outputs.IsVariable
            ? asked
            : throw _host.ExceptUserArg(
                nameof(horizon),
                $"horizon is {asked}, but the model was trained without VariableHorizon, for {most} steps: leave it null, or train with "
                    + $"VariableHorizon."
            );
    }

    private void Forecast(ForecastPipeline<TIn, TOut> pipeline, ObservedSeries series, ComingRow[] coming)
    {
        ForecastNetwork model = _forecaster.Trained.Forecaster;
        TimeSeries steps = series.Held.Steps;
        _rules.CheckIsFull(series.Held, more: 0);
        var (ahead, held) = _rules.Follow(series.Held, coming, model.Layout.Horizon);
        pipeline.Check(ahead, model.Layout.Horizon);
        TimeSeries window = steps.Slice(steps.Length - model.LookBack, model.LookBack);
        if (model.Layout.Known > 0)
            for (int h = 0; h < model.Layout.Horizon; h++)
                window.AddKnown(_rules.Known(h < ahead.Length ? ahead[h].Known : [], held, steps.Length + h));
        _forecaster.Forecaster.Run([new WindowPosition(window, model.LookBack)], pipeline.Forecasts, threads: 1);
    }
}
