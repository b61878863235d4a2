using System.Collections.Concurrent;

namespace RnnMlNet.Streaming;

/// <summary>The idle pipelines: at most as many as threads have used at the same time.</summary>
internal sealed class PipelinePool<TPipeline>(Func<TPipeline> create) : IDisposable
    where TPipeline : class, IDisposable
{
    // Rents to a thread what it returned, which is in its cache.
    private readonly ConcurrentBag<TPipeline> _idle = [];
    private readonly Lock _creation = new();
    private volatile bool _disposed;

    public TPipeline Rent()
    {
        if (_idle.TryTake(out TPipeline? pipeline))
            return pipeline;
        // Transformers can be read by several threads; concurrent binding is undocumented.
        lock (_creation)
            return create();
    }

    public void Return(TPipeline pipeline)
    {
        _idle.Add(pipeline);
        if (_disposed)
            Empty();
    }

    /// <summary>Disposes the idle pipelines now, and those in use when they are returned.</summary>
    public void Dispose()
    {
        _disposed = true;
        Empty();
    }

    private void Empty()
    {
        while (_idle.TryTake(out TPipeline? pipeline))
            pipeline.Dispose();
    }
}
