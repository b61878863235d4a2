using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Grouping;

/// <summary>The keys of a long table, one after the other, each with its rows in the order of time. One per cursor.</summary>
internal abstract class KeySource : IDisposable
{
    /// <summary>Number of rows read.</summary>
    public abstract long RowCount { get; }

    /// <summary>Static values and texts of the current key's rows.</summary>
    public abstract GroupingTables Tables { get; }

    /// <summary>Reads the next key's rows.</summary>
    /// <returns>Whether there is one.</returns>
    public abstract bool MoveNext(KeyRows rows);

    public abstract void Dispose();

    /// <summary>A key for an error message.</summary>
    public static string Text(GroupingBinding binding, byte[] key) => binding.Keys.Count == 0 ? "The table" : binding.Keys.Text(key);

    /// <summary>The error of two rows of a key with the same time.</summary>
    public static Exception Twice(IExceptionContext ectx, GroupingBinding binding, byte[] key, RowOrder order) =>
        ectx.Except(
            $"{Text(binding, key)} has two rows with the {binding.Order!.Column.Name} {binding.Order.Text(order)}, but a time step is one "
                + $"row: "
                + (
                    binding.Keys.Count == 0
                        ? "set KeyColumnNames, remove one of the rows, or merge them."
                        : "remove one of the rows, merge them, or name a further key column that tells them apart."
                )
        );
}

/// <summary>Rows in any order: from a store that has read all of them.</summary>
internal sealed class StoredKeys(IExceptionContext ectx, GroupingBinding binding, SharedStore shared) : KeySource
{
    private LongRowStore? _store;
    private float[] _buffer = [];
    private RowOrder[] _orders = [];
    private int[] _rows = [];
    private int _key;
    private int _end;
    private int _start;

    public override long RowCount => _store?.Count ?? 0;

    public override GroupingTables Tables => _store!.Tables;

    public override bool MoveNext(KeyRows rows)
    {
        _store ??= shared.Acquire();
        if (_key == _store.Tables.Keys.Count)
            return false;
        if (_key == _end)
        {
            _start = 0;
            _end = _store.Gather(_key, ref _buffer);
        }
        rows.Clear(_store.Tables.Keys[_key]);
        CopySorted(rows, _store.CountOf(_key), _store.Width);
        _start += _store.CountOf(_key) * _store.Width;
        _key++;
        return true;
    }

    public override void Dispose()
    {
        if (_store is null)
            return;
        _store = null;
        _buffer = [];
        shared.Release();
    }

    private void CopySorted(KeyRows rows, int count, int width)
    {
        if (_rows.Length < count)
        {
            _rows = new int[Math.Max(count, 2 * _rows.Length)];
            _orders = new RowOrder[_rows.Length];
        }
        ReadOnlySpan<float> records = _buffer.AsSpan(_start, count * width);
        for (int i = 0; i < count; i++)
            _rows[i] = i;
        if (binding.Order is not null)
            Sort(rows.Key, records, count, width);
        for (int i = 0; i < count; i++)
            records.Slice(_rows[i] * width, width).CopyTo(rows.Add());
    }

    private void Sort(byte[] key, ReadOnlySpan<float> records, int count, int width)
    {
        bool isSorted = true;
        for (int i = 0; i < count; i++)
        {
            _orders[i] = GroupingBinding.OrderOf(records[(i * width)..]);
            isSorted &= i == 0 || _orders[i - 1].Key <= _orders[i].Key;
        }
        if (!isSorted)
            _orders.AsSpan(0, count).Sort(_rows.AsSpan(0, count), (one, other) => one.Key.CompareTo(other.Key));
        for (int i = 1; i < count; i++)
            if (_orders[i - 1].Key == _orders[i].Key)
                throw Twice(ectx, binding, key, _orders[i]);
    }
}

/// <summary>Rows that are grouped by key and sorted by time already: one key at a time is in memory.</summary>
internal sealed class SortedKeys(IHost host, GroupingBinding binding, IDataView data) : KeySource
{
    private const int RowsBetweenChecks = 256;

    private DataViewRowCursor? _cursor;
    private LongRowReader? _reader;
    private long _rows;
    private int _key = -1;

    // The key of the cursor's row, which is the first of the next key; -1 after the last one.
    private int _next = -1;

    public override long RowCount => _rows;

    public override GroupingTables Tables { get; } = new();

    public override bool MoveNext(KeyRows rows)
    {
        if (_cursor is null)
        {
            _cursor = data.GetRowCursor(binding.InputsOf(data.Schema));
            _reader = new LongRowReader(host, _cursor, binding, Tables);
            MoveToNextRow();
        }
        if (_next < 0)
            return false;
        if (_next < _key + 1)
            throw Again();
        _key = _next;
        // The values of the keys before are not needed any more.
        Tables.Statics.Clear();
        Tables.Texts.Clear();
        rows.Clear(Tables.Keys[_key]);
        while (_next == _key)
        {
            Span<float> record = rows.Add();
            _reader!.Read(record);
            CheckOrder(rows);
            MoveToNextRow();
        }
        return true;
    }

    public override void Dispose() => _cursor?.Dispose();

    private void MoveToNextRow()
    {
        if (_rows % RowsBetweenChecks == 0)
            host.CheckAlive();
        if (_cursor!.MoveNext())
        {
            _rows++;
            _next = _reader!.Key();
        }
        else
        {
            _next = -1;
        }
    }

    private void CheckOrder(KeyRows rows)
    {
        if (binding.Order is not OrderColumn order || rows.Count == 1)
            return;
        RowOrder before = GroupingBinding.OrderOf(rows[rows.Count - 2]),
            now = GroupingBinding.OrderOf(rows[rows.Count - 1]);
        if (now.Key == before.Key)
            throw Twice(host, binding, rows.Key, now);
        if (now.Key < before.Key)
            throw host.Except(
                $"Row {_cursor!.Position}, of {Text(binding, rows.Key)}, has the {order.Column.Name} {order.Text(now)} after "
                    + $"{order.Text(before)}, but IsGrouped promises the rows of a key in the order of time: sort the table, or leave "
                    + $"IsGrouped false, which takes rows in any order."
            );
    }

    private Exception Again() =>
        host.Except(
            $"Row {_cursor!.Position} has the key {Text(binding, Tables.Keys[_next])} again, after rows of "
                + $"{Text(binding, Tables.Keys[_key])}, but IsGrouped promises that the rows of a key follow each other: sort the table, "
                + $"or leave IsGrouped false, which takes rows in any order ({Words.Plural(Tables.Keys.Count, "key")} so far)."
        );
}

/// <summary>The store of a view, read when the first cursor needs it, shared by all cursors that are open, and dropped after the last
/// one.</summary>
internal sealed class SharedStore(Func<LongRowStore> read)
{
    private readonly Lock _gate = new();
    private LongRowStore? _store;
    private int _users;

    public LongRowStore Acquire()
    {
        lock (_gate)
        {
            _store ??= read();
            _users++;
            return _store;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            if (--_users > 0)
                return;
            _store?.Dispose();
            _store = null;
        }
    }
}
