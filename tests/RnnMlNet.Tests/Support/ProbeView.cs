using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// An <see cref="IDataView"/> of any number of computed rows, that counts the calls, and fails on request. Its getters return the value of
/// their cursor's row, and nothing after the cursor's end.
/// </summary>
internal sealed class ProbeView : IDataView
{
    private readonly DataViewSchema.Builder _schema = new();
    private readonly List<Func<Cursor, Delegate>> _getters = [];
    private readonly ConcurrentDictionary<string, long> _reads = [];
    private DataViewSchema? _built;
    private int _opened,
        _disposed;
    private long _moved;

    /// <summary>Number of rows; null for no end.</summary>
    public int? Rows { get; init; }

    /// <summary>Row to which no cursor can move.</summary>
    public int? FailsAt { get; init; }

    /// <summary>Row whose value of <see cref="FailingColumn"/> cannot be read.</summary>
    public int? FailsToReadAt { get; init; }

    public string? FailingColumn { get; init; }

    public Exception Failure { get; init; } = new InvalidDataException("Upstream's own failure.");

    /// <summary>Cursors in a set, at most.</summary>
    public int SetSize { get; init; } = 1;

    public DataViewSchema Schema => _built ??= _schema.ToSchema();

    public bool CanShuffle { get; init; }

    /// <summary>Cursors opened so far.</summary>
    public int Opened => _opened;

    /// <summary>Calls of Dispose on cursors so far.</summary>
    public int Disposed => _disposed;

    /// <summary>Rows that cursors have moved to so far.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>Calls of a column's getters so far; "id" for that of the row ids.</summary>
    public long Reads(string column) => _reads.GetValueOrDefault(column);

    /// <summary>Adds a column of scalars.</summary>
    public ProbeView Scalar<T>(string name, DataViewType type, Func<int, T> value) =>
        Add(name, type, cursor => (ValueGetter<T>)((ref T to) => to = value(cursor.Read(name))));

    /// <summary>Adds a column of dense vectors.</summary>
    public ProbeView Vector<T>(string name, VectorDataViewType type, Func<int, T[]> value) =>
        Buffer(
            name,
            type,
            row =>
            {
                T[] values = value(row);
                return new VBuffer<T>(values.Length, values);
            }
        );

    /// <summary>Adds a column of vectors that may be sparse.</summary>
    public ProbeView Buffer<T>(string name, VectorDataViewType type, Func<int, VBuffer<T>> value) =>
        Add(name, type, cursor => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> to) => value(cursor.Read(name)).CopyTo(ref to)));

    public long? GetRowCount() => Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Open(columnsNeeded, Order(rand), 0, 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        int size = Math.Min(n, SetSize);
        int[]? order = Order(rand);
        return [.. Enumerable.Range(0, size).Select(part => Open(columnsNeeded, order, part, size))];
    }

    private ProbeView Add(string name, DataViewType type, Func<Cursor, Delegate> getter)
    {
        _schema.AddColumn(name, type);
        _getters.Add(getter);
        return this;
    }

    private int[]? Order(Random? rand)
    {
        if (rand is null || !CanShuffle)
            return null;
        int[] order = [.. Enumerable.Range(0, Rows!.Value)];
        rand.Shuffle(order);
        return order;
    }

    private Cursor Open(IEnumerable<DataViewSchema.Column> columnsNeeded, int[]? order, int part, int parts)
    {
        Interlocked.Increment(ref _opened);
        return new Cursor(this, [.. columnsNeeded.Select(column => column.Index)], order, part, parts);
    }

    private sealed class Cursor(ProbeView view, HashSet<int> active, int[]? order, int part, int parts) : DataViewRowCursor
    {
        // A set of cursors shares the rows out by batches of so many.
        private const int BatchRows = 50;
        private int _at = -1;
        private long _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => Math.Max(0, _at) / BatchRows;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext()
        {
            do
            {
                _at++;
            } while (_at / BatchRows % parts != part && _at < view.Rows);
            if (_at >= view.Rows)
                return false;
            if (_at == view.FailsAt)
                throw view.Failure;
            _position++;
            Interlocked.Increment(ref view._moved);
            return true;
        }

        /// <summary>The row to read a column's value of.</summary>
        public int Read(string column)
        {
            view._reads.AddOrUpdate(column, 1, (_, reads) => reads + 1);
            if (_at < 0 || _at >= view.Rows)
                throw new InvalidOperationException("The cursor stands at no row.");
            if (column == view.FailingColumn && _at == view.FailsToReadAt)
                throw view.Failure;
            return order is null ? _at : order[_at];
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Read("id"), 7);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"Column '{column.Name}' is not active.");
            return (ValueGetter<TValue>)view._getters[column.Index](this);
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref view._disposed);
            base.Dispose(disposing);
        }
    }
}
