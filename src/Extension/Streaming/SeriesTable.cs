namespace RnnMlNet.Streaming;

/// <summary>
/// The series that are held, at most so many: a new one beyond that takes the place of the one unused for longest. Safe to use from any
/// number of threads.
/// </summary>
/// <remarks>
/// A series found before it is dropped may be taken a step further afterwards, by whoever found it: as if the step had come before the
/// drop.
/// </remarks>
internal sealed class SeriesTable<TSeries>(int capacity, Func<string, TSeries> create)
    where TSeries : class, IHeldSeries<TSeries>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<TSeries>> _byKey = new(StringComparer.Ordinal);

    // From the one used last to the one unused for longest.
    private readonly LinkedList<TSeries> _byUse = [];
    private long _evicted;

    public int Capacity => capacity;

    /// <summary>Series that had to make room for others.</summary>
    public long EvictedCount => Interlocked.Read(ref _evicted);

    public int Count
    {
        get
        {
            lock (_gate)
                return _byKey.Count;
        }
    }

    /// <summary>The series of a key, or a new one that is not held yet. What is done with it counts with <see cref="Keep"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isNew">Whether it is a new one.</param>
    public TSeries FindOrCreate(string key, out bool isNew)
    {
        TSeries? found = Find(key);
        isNew = found is null;
        return found ?? create(key);
    }

    /// <summary>
    /// Makes a series whose step was taken the one used last. A new one is held, and another makes room for it, only now: a step that
    /// throws leaves the table as it was.
    /// </summary>
    /// <param name="series">What <see cref="FindOrCreate"/> gave.</param>
    /// <param name="isNew">Whether it was new.</param>
    /// <param name="evicted">The series that had to make room, or null.</param>
    /// <returns>False where another thread has begun the series meanwhile, so that the step is to be taken again, with that one.</returns>
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
    /// Drops a new series that was kept, and holds the one again that made room for it: neither where another thread has taken a step of
    /// the new one since.
    /// </summary>
    /// <param name="series">The new series.</param>
    /// <param name="steps">Its steps when it was kept.</param>
    /// <param name="evicted">The one that made room, which was the one unused for longest.</param>
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
            // Other threads may have begun it anew, or used up the room, meanwhile.
            if (_byUse.Count == capacity || !_byKey.TryAdd(evicted.Key, node = new(evicted)))
                return;
            _byUse.AddLast(node);
            _evicted--;
        }
    }

    /// <summary>Adds a series whose key is not there yet, as the one used last.</summary>
    /// <param name="series">The series.</param>
    /// <param name="evicted">The series that had to make room, or null.</param>
    public void Add(TSeries series, out TSeries? evicted)
    {
        lock (_gate)
            AddNew(series, out evicted);
    }

    /// <summary>The series of a key as it stands, or null; its use is not counted.</summary>
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

    /// <summary>Copies of all series, from the one unused for longest to the one used last, all of one moment.</summary>
    /// <remarks>
    /// Nobody finds a series meanwhile. So a step that began after another had ended is in the copies only where the other is: what has
    /// been taken is a beginning of what was given, for each series and for all of them together.
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
