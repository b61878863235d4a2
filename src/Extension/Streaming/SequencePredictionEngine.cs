using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Interop;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Streaming;

namespace RnnMlNet;

/// <summary>
/// Predicts step by step, for any number of series at a time: give it a series' next step, and it answers as if it had scored all steps of
/// the series so far. It keeps the network's state of each series (of an ensemble, that of each member, whose outputs are averaged), so
/// that a step costs the same however many came before. Made by <c>ml.Model.CreateSequencePredictionEngine</c>.
/// </summary>
/// <remarks>
/// Safe to use from any number of threads: steps of different series are taken in parallel, those of one series one after the other. A step
/// that runs while its series is reset or evicted counts as come before. The transformers before and after the network see one row, the
/// step's. A call that throws leaves all series as they were, and evicts none. NaN or an infinity in a step stays in its series' state, as
/// it would when scoring them all: replace missing
/// values before the network, or <see cref="Reset(string)"/>.
/// </remarks>
/// <typeparam name="TIn">The class of a row as for a <see cref="PredictionEngine{TSrc, TDst}"/>, with the new steps alone, mostly one, in
/// its sequence column. No steps at all (or missing keys alone) is legal: the answer is that of the steps so far.</typeparam>
/// <typeparam name="TOut">The class of an answer, with a member for each wanted column, at least one of the network's.</typeparam>
public sealed class SequencePredictionEngine<TIn, TOut> : IDisposable
    where TIn : class
    where TOut : class, new()
{
    /// <summary>Key of the series that needs no name.</summary>
    private const string Nameless = "";

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
        var streamed = new StreamedModel(_host, model);
        _engine = new SeriesEngine<Series, StepPipeline<TIn, TOut>>(
            _host,
            GetType(),
            options.Capacity,
            options.Evicted,
            key => new Series(key, new EnsembleState(streamed.Network.Shape, streamed.Network.Members.Count)),
            () => new StepPipeline<TIn, TOut>(_host, streamed, options),
            new CheckpointFile(streamed.Network)
        );
        if (checkPointPath is not null)
            _engine.Open(checkPointPath);
    }

    /// <summary>The columns that an answer may have.</summary>
    public DataViewSchema OutputSchema => _engine.OutputSchema;

    /// <summary>Series that are held at most.</summary>
    public int Capacity => _engine.Capacity;

    /// <summary>Series that are held.</summary>
    public int Count => _engine.Count;

    /// <summary>Series that had to make room for others since this engine was made.</summary>
    public long EvictedCount => _engine.EvictedCount;

    /// <summary>Takes the next step of a series.</summary>
    /// <param name="series">The series' key; a new one begins a series.</param>
    /// <param name="step">The step, or several, or none.</param>
    /// <returns>The answer after it, a new object.</returns>
    /// <exception cref="InvalidOperationException">The step's length does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public TOut Predict(string series, TIn step)
    {
        TOut? prediction = null;
        Predict(series, step, ref prediction);
        return prediction;
    }

    /// <summary>Takes the next step of the one series that needs no name; its key is the empty string.</summary>
    /// <inheritdoc cref="Predict(string, TIn)"/>
    public TOut Predict(TIn step) => Predict(Nameless, step);

    /// <summary>Takes the next step of a series. Allocates nothing of its own for a series that is held.</summary>
    /// <param name="series">The series' key; a new one begins a series.</param>
    /// <param name="step">The step, or several, or none.</param>
    /// <param name="prediction">The object for the answer; null for a new one. Vectors in it are reused where their length fits.</param>
    /// <exception cref="InvalidOperationException">The step's length does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void Predict(string series, TIn step, [NotNull] ref TOut? prediction)
    {
        _engine.CheckIsOpen();
        _host.CheckValue(series, nameof(series));
        _host.CheckValue(step, nameof(step));
        StepPipeline<TIn, TOut> pipeline = _engine.Rent();
        try
        {
            (pipeline.Step, pipeline.Answer) = (step, prediction);
            _engine.Take(series, pipeline);
            prediction = pipeline.Answer!;
        }
        finally
        {
            (pipeline.Step, pipeline.Answer) = (null, null);
            _engine.Return(pipeline);
        }
    }

    /// <summary>Whether a series is held: it has had a step, and was not reset or evicted since.</summary>
    /// <param name="series">The series' key.</param>
    public bool Contains(string series) => _engine.Find(series) is not null;

    /// <summary>Steps that a series has had; 0 where it is not held. It does not count as use of the series.</summary>
    /// <param name="series">The series' key.</param>
    public long StepsOf(string series) => _engine.StepsOf(series);

    /// <summary>Forgets a series: its next step is its first.</summary>
    /// <param name="series">The series' key; the empty string for the nameless one.</param>
    /// <returns>Whether it was held.</returns>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public bool Reset(string series) => _engine.Reset(series);

    /// <summary>Forgets all series.</summary>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void Reset() => _engine.Reset();

    /// <summary>
    /// Writes the state of all series, and the order of their use, to a file, with which <c>ml.Model.OpenSequencePredictionEngine</c> goes
    /// on to the bit. The file is replaced as a whole: if the process ends on the way, it is still the old one. The model is not in it,
    /// only its fingerprint.
    /// </summary>
    /// <remarks>
    /// Other threads may predict meanwhile; they wait while the states are copied, not while they are written. The states are all of one
    /// moment: a step that began after another had ended is in the file only where the other is.
    /// </remarks>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written. One that was there is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void CheckPoint(string path) => _engine.CheckPoint(path);

    /// <summary>
    /// Forgets all series and releases what the transformers hold; the model only with
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
