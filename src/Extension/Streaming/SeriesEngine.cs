using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Estimators;

namespace RnnMlNet.Streaming;

/// <summary>
/// The common part of the engines of series, whatever state they keep (the network's state, the last window): the table of series and its
/// eviction, one thread at a time for each series, the pool of pipelines, and the checkpoint. Thread-safe.
/// </summary>
/// <typeparam name="TSeries">The state of a series.</typeparam>
/// <typeparam name="TPipeline">Advances a series by a step.</typeparam>
internal sealed class SeriesEngine<TSeries, TPipeline> : IDisposable
    where TSeries : class, IHeldSeries<TSeries>
    where TPipeline : class, ISeriesPipeline<TSeries>
{
    private readonly IHost _host;
    private readonly Type _owner;
    private readonly SeriesTable<TSeries> _table;
    private readonly PipelinePool<TPipeline> _pipelines;
    private readonly Evictions _evictions;
    private readonly SeriesFile<TSeries> _file;
    private readonly Lock _checkpoint = new();
    private volatile bool _disposed;

    /// <param name="host">Logs and creates the errors.</param>
    /// <param name="owner">The public engine's type.</param>
    /// <param name="capacity">Largest number of series held.</param>
    /// <param name="onEvicted">Called for each evicted series; null for none.</param>
    /// <param name="newSeries">Creates a series without a step.</param>
    /// <param name="newPipeline">Creates a pipeline.</param>
    /// <param name="file">Reads and writes checkpoints.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1, or the user's classes do not fit the model.</exception>
    public SeriesEngine(
        IHost host,
        Type owner,
        int capacity,
        Action<string>? onEvicted,
        Func<string, TSeries> newSeries,
        Func<TPipeline> newPipeline,
        SeriesFile<TSeries> file
    )
    {
        OptionsCheck.AtLeast(host, capacity, 1, nameof(SequencePredictionEngineOptions.Capacity));
        (_host, _owner, _file) = (host, owner, file);
        _table = new SeriesTable<TSeries>(capacity, newSeries);
        _pipelines = new PipelinePool<TPipeline>(newPipeline);
        _evictions = new Evictions(host, capacity, onEvicted);

        // A class that does not fit the model is an error here, not at the first step.
        TPipeline first = _pipelines.Rent();
        OutputSchema = first.OutputSchema;
        _pipelines.Return(first);
    }

    public DataViewSchema OutputSchema { get; }

    public int Capacity => _table.Capacity;

    public int Count => _table.Count;

    public long EvictedCount => _table.EvictedCount;

    public bool IsDisposed => _disposed;

    /// <summary>A pipeline, for one thread, until it is returned.</summary>
    public TPipeline Rent() => _pipelines.Rent();

    public void Return(TPipeline pipeline) => _pipelines.Return(pipeline);

    /// <summary>Advances a series by the step that a pipeline has read; a new key starts a series.</summary>
    public void Take(string key, TPipeline pipeline)
    {
        TSeries? evicted;
        TSeries series;
        bool isNew;
        long steps;
        do
        {
            series = _table.FindOrCreate(key, out isNew);
            lock (series)
            {
                pipeline.Take(series);
                steps = series.Steps;
            }
        } while (!_table.Keep(series, isNew, out evicted));
        _evictions.Report(evicted, _table, series, steps);
    }

    /// <summary>A series, or null where it is not held; the call does not count as use.</summary>
    public TSeries? Find(string key)
    {
        _host.CheckValue(key, "series");
        return _table.Find(key);
    }

    /// <summary>Number of steps of a series; 0 where it is not held.</summary>
    public long StepsOf(string key)
    {
        if (Find(key) is not TSeries found)
            return 0;
        lock (found)
            return found.Steps;
    }

    /// <summary>Drops a series.</summary>
    /// <returns>Whether it was held.</returns>
    public bool Reset(string key)
    {
        CheckIsOpen();
        _host.CheckValue(key, "series");
        return _table.Remove(key);
    }

    /// <summary>Drops all series.</summary>
    public void Reset()
    {
        CheckIsOpen();
        _table.Clear();
    }

    /// <summary>Adds a series with a new key, as the most recently used.</summary>
    public void Add(TSeries series)
    {
        _table.Add(series, out TSeries? evicted);
        _evictions.Report(evicted?.Key);
    }

    /// <summary>Writes a consistent snapshot of all series to a file, which is replaced atomically.</summary>
    public void CheckPoint(string path)
    {
        CheckIsOpen();
        _host.CheckNonWhiteSpace(path, nameof(path));
        // One at a time, so that an older snapshot never replaces a newer one.
        lock (_checkpoint)
            _file.Write(path, _table.Copy());
    }

    /// <summary>Adds the series of a checkpoint.</summary>
    public void Open(string path)
    {
        foreach (TSeries series in _file.Read(path))
            Add(series);
    }

    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public void CheckIsOpen() => ObjectDisposedException.ThrowIf(_disposed, _owner);

    /// <summary>Drops all series and disposes the pipelines. May be called more than once.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _pipelines.Dispose();
        _table.Clear();
    }
}

/// <summary>Advances series by the step that it has read. For one thread at a time.</summary>
internal interface ISeriesPipeline<TSeries> : IDisposable
{
    /// <summary>The columns that a prediction may have.</summary>
    DataViewSchema OutputSchema { get; }

    /// <summary>Advances a series by the step, under its lock. An exception leaves the series unchanged.</summary>
    void Take(TSeries series);
}
