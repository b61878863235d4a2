using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;
using RnnMlNet.Interop;
using RnnMlNet.Streaming;

namespace RnnMlNet;

/// <summary>
/// Predicts step by step, for any number of series at a time: each prediction equals that of scoring all steps of the series so far. It
/// keeps the network's state of each series (for an ensemble, that of each member, whose outputs are averaged), so the cost of a step does
/// not depend on the number before it. With <see cref="SequencePredictionEngineOptions.WindowLength"/>, or of a model that groups rows into
/// windows, it keeps the last steps instead, and each prediction equals that of scoring these alone. Created by
/// <c>ml.Model.CreateSequencePredictionEngine</c>.
/// </summary>
/// <remarks>
/// Thread-safe: steps of different series are processed in parallel, those of one series one after the other. A step that runs while its
/// series is reset or evicted counts as before it. The transformers before and after the network see one row, the step's. A call that
/// throws leaves all series unchanged, and evicts none. NaN or an infinity in a step stays in its series' state, as when scoring all steps:
/// replace missing values before the network, or call <see cref="Reset(string)"/>.
/// </remarks>
/// <typeparam name="TIn">The class of a row as for a <see cref="PredictionEngine{TSrc, TDst}"/>, with the new steps alone, mostly one, in
/// its sequence column. No steps at all (or missing keys alone) are legal: the prediction is that of the steps so far. Of a model with
/// <c>GroupIntoSequences</c>: the class of a row of the long table, which is one step, after those that fill the gap before it.</typeparam>
/// <typeparam name="TOut">The class of a prediction, with a member for each wanted column, at least one of the network's.</typeparam>
public sealed class SequencePredictionEngine<TIn, TOut> : IDisposable
    where TIn : class
    where TOut : class, new()
{
    private readonly IHost _host;
    private readonly ITransformer _transformer;
    private readonly SeriesEngine<Series, StepPipeline<TIn, TOut>> _engine;
    private readonly bool _ownsTransformer;

    internal SequencePredictionEngine(
        IHostEnvironment env,
        ITransformer model,
        SequencePredictionEngineOptions options,
        string? checkPointPath
    )
    {
        MlNetVersion.Ensure();
        _host = env.Register("SequencePredictionEngine");
        _host.CheckValue(model, nameof(model));
        _transformer = model;
        _ownsTransformer = options.OwnsTransformer;
        if (options.WindowLength is int length)
            OptionsCheck.AtLeast(_host, length, 1, nameof(options.WindowLength));
        var streamed = new StreamedModel(_host, model, options.WindowLength);
        _engine = new SeriesEngine<Series, StepPipeline<TIn, TOut>>(
            _host,
            GetType(),
            options.Capacity,
            options.Evicted,
            streamed.NewSeries,
            () => new StepPipeline<TIn, TOut>(_host, streamed, options),
            new CheckpointFile(streamed.Fingerprint, () => streamed.NewSeries(""))
        );
        if (checkPointPath is not null)
            _engine.Open(checkPointPath);
    }

    /// <summary>The columns that a prediction may have.</summary>
    public DataViewSchema OutputSchema => _engine.OutputSchema;

    /// <summary>Largest number of series held.</summary>
    public int Capacity => _engine.Capacity;

    /// <summary>Number of series held.</summary>
    public int Count => _engine.Count;

    /// <summary>Number of series evicted since this engine was created.</summary>
    public long EvictedCount => _engine.EvictedCount;

    /// <summary>Processes the next step of a series.</summary>
    /// <param name="series">The series' key; a new one starts a series. Of a model that groups rows by a key column, the row's key as
    /// text; by several, their texts joined by '/'.</param>
    /// <param name="step">The step, or several, or none.</param>
    /// <returns>The prediction after it, a new object.</returns>
    /// <exception cref="InvalidOperationException">The step's length does not fit the model; or, of a model that groups rows, the row's
    /// keys are not those that the series' name states, its time is not after that of the row before it, or the model's Gaps refuse
    /// it.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public TOut Predict(string series, TIn step)
    {
        TOut? prediction = null;
        Predict(series, step, ref prediction);
        return prediction;
    }

    /// <summary>
    /// Processes the next step of the one unnamed series, whose key is the empty string; of a model that groups rows by key columns, of
    /// the series that the row's own keys name.
    /// </summary>
    /// <inheritdoc cref="Predict(string, TIn)"/>
    public TOut Predict(TIn step)
    {
        TOut? prediction = null;
        _engine.CheckIsOpen();
        PredictNext(null, step, ref prediction);
        return prediction;
    }

    /// <summary>Processes the next step of a series. Allocates nothing itself for a series that is held, unless the model groups
    /// rows: then each row's keys and static values are copied.</summary>
    /// <param name="series">The series' key; a new one starts a series.</param>
    /// <param name="step">The step, or several, or none.</param>
    /// <param name="prediction">The object for the prediction; null for a new one. Vectors in it are reused where their length
    /// fits.</param>
    /// <exception cref="InvalidOperationException">The step's length does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void Predict(string series, TIn step, [NotNull] ref TOut? prediction)
    {
        _engine.CheckIsOpen();
        _host.CheckValue(series, nameof(series));
        PredictNext(series, step, ref prediction);
    }

    private void PredictNext(string? series, TIn step, [NotNull] ref TOut? prediction)
    {
        _host.CheckValue(step, nameof(step));
        StepPipeline<TIn, TOut> pipeline = _engine.Rent();
        try
        {
            (pipeline.Step, pipeline.Answer) = (step, prediction);
            _engine.Take(series ?? pipeline.NameOfStep(), pipeline);
            prediction = pipeline.Answer!;
        }
        finally
        {
            (pipeline.Step, pipeline.Answer) = (null, null);
            _engine.Return(pipeline);
        }
    }

    /// <summary>Whether a series is held: it has had a step, and has not been reset or evicted since.</summary>
    /// <param name="series">The series' key.</param>
    public bool Contains(string series) => _engine.Find(series) is not null;

    /// <summary>Number of steps of a series, with those that fill gaps between rows; 0 where it is not held. The call does not count as use
    /// of the series.</summary>
    /// <param name="series">The series' key.</param>
    public long StepsOf(string series) => _engine.StepsOf(series);

    /// <summary>Drops a series: its next step is its first.</summary>
    /// <param name="series">The series' key; the empty string for the unnamed one.</param>
    /// <returns>Whether it was held.</returns>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public bool Reset(string series) => _engine.Reset(series);

    /// <summary>Drops all series.</summary>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void Reset() => _engine.Reset();

    /// <summary>
    /// Writes the state of all series, and the order of their use, to a checkpoint, from which <c>ml.Model.OpenSequencePredictionEngine</c>
    /// resumes with bit-identical results. The file is replaced atomically: if the process ends on the way, the old one is still there. It
    /// holds the model's fingerprint, not the model.
    /// </summary>
    /// <remarks>
    /// Other threads may predict meanwhile; they wait while the states are copied, not while they are written. The states are a consistent
    /// snapshot: a step that began after another had ended is in the file only where the other is.
    /// </remarks>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written. An existing one is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void CheckPoint(string path) => _engine.CheckPoint(path);

    /// <summary>
    /// Drops all series and disposes the bound transformers; the model only with
    /// <see cref="SequencePredictionEngineOptions.OwnsTransformer"/>. May be called more than once.
    /// </summary>
    public void Dispose()
    {
        if (_engine.IsDisposed)
            return;
        _engine.Dispose();
        if (_ownsTransformer)
            (_transformer as IDisposable)?.Dispose();
    }
}
