using System.Collections.Concurrent;

namespace RnnMlNet.Streaming;

/// <summary>Pipelines that are not in use, as many as there ever were threads at a time.</summary>
internal sealed class PipelinePool<TPipeline>(Func<TPipeline> create) : IDisposable
    where TPipeline : class, IDisposable
{
    // Keeps what a thread gave back for that thread, in whose cache it is.
    private readonly ConcurrentBag<TPipeline> _idle = [];
    private readonly Lock _creation = new();
    private volatile bool _disposed;

    public TPipeline Rent()
    {
        if (_idle.TryTake(out TPipeline? pipeline))
            return pipeline;
        // Transformers are made to be read by several threads; whether they may be bound by several at once, nobody says.
        lock (_creation)
            return create();
    }

    public void Return(TPipeline pipeline)
    {
        _idle.Add(pipeline);
        if (_disposed)
            Empty();
    }

    /// <summary>Releases the idle pipelines now, and those in use when they come back.</summary>
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
