using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;

namespace RnnMlNet.Experiments;

/// <summary>
/// The rows of an experiment in the form that the networks of its trials read: by patch length, and by the threshold of rare tokens. A copy
/// is made when the first trial needs it, and kept for others; unused ones are dropped for new ones. Thread-safe.
/// </summary>
/// <param name="host">Creates the errors.</param>
/// <param name="rows">The rows as read; disposed with it.</param>
/// <param name="place">Memory limit and folder of rows.</param>
internal sealed class PreparedRows(IHost host, FitRows rows, StoreSettings place) : IDisposable
{
    private const int MostUnused = 3;

    private readonly Dictionary<(int PatchLength, int MinTokenCount), Copy> _copies = [];
    private long _uses;

    /// <summary>Number of copies besides the rows as read.</summary>
    public int Copies => _copies.Values.Count(copy => copy.Rows != rows);

    /// <summary>The rows for a trial, until the lease is disposed.</summary>
    public Lease Rent(SequenceSettings settings)
    {
        lock (_copies)
        {
            (int, int) key = (settings.PatchLength, settings.MinTokenCount);
            if (!_copies.TryGetValue(key, out Copy? copy))
            {
                long bytes =
                    rows.Store.MemoryBytes + _copies.Values.Where(other => other.Rows != rows).Sum(other => other.Rows.Store.MemoryBytes);
                FitRows? prepared = rows.Prepared(settings.PatchLength, settings.MinTokenCount, place.Beside(bytes), host);
                _copies.Add(key, copy = new Copy(prepared ?? rows));
            }
            copy.Users++;
            copy.LastUse = ++_uses;
            return new Lease(this, copy);
        }
    }

    public void Dispose()
    {
        foreach (Copy copy in _copies.Values.Where(copy => copy.Rows != rows))
            copy.Rows.Dispose();
        _copies.Clear();
        rows.Dispose();
    }

    private void Return(Copy copy)
    {
        lock (_copies)
        {
            copy.Users--;
            var unused = _copies
                .Where(other => other.Value.Users == 0 && other.Value.Rows != rows)
                .OrderByDescending(other => other.Value.LastUse)
                .Skip(MostUnused);
            foreach (var (key, oldest) in unused.ToArray())
            {
                _copies.Remove(key);
                oldest.Rows.Dispose();
            }
        }
    }

    internal sealed class Copy(FitRows rows)
    {
        public FitRows Rows => rows;

        public int Users { get; set; }

        public long LastUse { get; set; }
    }

    /// <summary>The rows of one trial.</summary>
    internal sealed class Lease(PreparedRows owner, Copy copy) : IDisposable
    {
        private bool _isReturned;

        public FitRows Rows => copy.Rows;

        public void Dispose()
        {
            if (!_isReturned)
                owner.Return(copy);
            _isReturned = true;
        }
    }
}
