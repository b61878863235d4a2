namespace RnnMlNet.Streaming;

/// <summary>
/// The table of series, of limited size: a new one beyond the capacity evicts the least recently used. Thread-safe.
/// </summary>
/// <remarks>
/// A series found before it is dropped may still be advanced by the thread that found it: as if the step had come before the drop.
/// </remarks>
internal sealed class SeriesTable<TSeries>(int capacity, Func<string, TSeries> create)
    where TSeries : class, IHeldSeries<TSeries>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<TSeries>> _byKey = new(StringComparer.Ordinal);

    // From the most to the least recently used.
    private readonly LinkedList<TSeries> _byUse = [];
    private long _evicted;

    public int Capacity => capacity;

    /// <summary>Number of evicted series.</summary>
    public long EvictedCount => Interlocked.Read(ref _evicted);

    public int Count
    {
        get
        {
            lock (_gate)
                return _byKey.Count;
        }
    }

    /// <summary>The series of a key, or a new one that is not held yet. A step takes effect with <see cref="Keep"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isNew">Whether it is a new one.</param>
    public TSeries FindOrCreate(string key, out bool isNew)
    {
        TSeries? found = Find(key);
        isNew = found is null;
        return found ?? create(key);
    }

    /// <summary>
    /// Marks a series, after its step, as the most recently used. A new one is added, and another evicted, only now: a step that throws
    /// leaves the table unchanged.
    /// </summary>
    /// <param name="series">The result of <see cref="FindOrCreate"/>.</param>
    /// <param name="isNew">Whether it was new.</param>
    /// <param name="evicted">The evicted series, or null.</param>
    /// <returns>False where another thread has started the series meanwhile, so that the step must be repeated with that one.</returns>
    public bool Keep(TSeries series, bool isNew, out TSeries? evicted)
    {
        evicted = null;
        lock (_gate)
        {
            if (!_byKey.TryGetValue(series.Key, out LinkedListNode<TSeries>? node))
            {
                if (isNew)
                    AddNew(series, out evicted);
                return true;
            }
            if (isNew)
                return false;
            if (ReferenceEquals(node.Value, series) && node != _byUse.First)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }
            return true;
        }
    }

    /// <summary>
    /// Drops a new series that was kept, and holds the evicted one again: neither where another thread has advanced the new one since.
    /// </summary>
    /// <param name="series">The new series.</param>
    /// <param name="steps">Its steps when it was kept.</param>
    /// <param name="evicted">The evicted series, which was the least recently used.</param>
    public void TakeBack(TSeries series, long steps, TSeries evicted)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(series.Key, out LinkedListNode<TSeries>? node) || !ReferenceEquals(node.Value, series))
                return;
            lock (series)
                if (series.Steps != steps)
                    return;
            _byKey.Remove(series.Key);
            _byUse.Remove(node);
            // Other threads may have started it anew, or used up the room, meanwhile.
            if (_byUse.Count == capacity || !_byKey.TryAdd(evicted.Key, node = new(evicted)))
                return;
            _byUse.AddLast(node);
            _evicted--;
        }
    }

    /// <summary>Adds a series with a new key, as the most recently used.</summary>
    /// <param name="series">The series.</param>
    /// <param name="evicted">The evicted series, or null.</param>
    public void Add(TSeries series, out TSeries? evicted)
    {
        lock (_gate)
            AddNew(series, out evicted);
    }

    /// <summary>The series of a key, or null; the call does not count as use.</summary>
    public TSeries? Find(string key)
    {
        lock (_gate)
            return _byKey.TryGetValue(key, out LinkedListNode<TSeries>? node) ? node.Value : null;
    }

    /// <summary>Drops a series; false where there is none.</summary>
    public bool Remove(string key)
    {
        lock (_gate)
        {
            if (!_byKey.Remove(key, out LinkedListNode<TSeries>? node))
                return false;
            _byUse.Remove(node);
            return true;
        }
    }

    /// <summary>Drops all series.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _byKey.Clear();
            _byUse.Clear();
        }
    }

    /// <summary>Copies of all series, from the least to the most recently used: a consistent snapshot.</summary>
    /// <remarks>
    /// No series can be found meanwhile. So a step that began after another had ended is in the copies only where the other is: the
    /// snapshot is a prefix of the steps, for each series and for all of them together.
    /// </remarks>
    public TSeries[] Copy()
    {
        lock (_gate)
        {
            var copies = new TSeries[_byUse.Count];
            int place = copies.Length;
            foreach (TSeries series in _byUse)
                lock (series)
                    copies[--place] = series.Copy();
            return copies;
        }
    }

    private void AddNew(TSeries series, out TSeries? evicted)
    {
        evicted = null;
        if (_byUse.Count == capacity)
        {
            evicted = _byUse.Last!.Value;
            _byUse.RemoveLast();
            _byKey.Remove(evicted.Key);
            _evicted++;
        }
        _byKey.Add(series.Key, _byUse.AddFirst(series));
    }
}
