using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// An <see cref="IDataView"/> over arrays, for columns of any type (sparse, two-dimensional, keys of any kind). It counts its cursors and
/// records their requested columns.
/// </summary>
internal sealed class MemoryView : IDataView
{
    private readonly DataViewSchema.Builder _schema = new();
    private readonly List<Delegate> _values = [];
    private DataViewSchema? _built;
    private int _rows;

    public DataViewSchema Schema => _built ??= _schema.ToSchema();

    public bool CanShuffle => false;

    /// <summary>Cursors opened so far.</summary>
    public int CursorsOpened { get; private set; }

    /// <summary>Names of the columns that the latest cursor requested.</summary>
    public IReadOnlyList<string> LatestColumns { get; private set; } = [];

    public static VectorDataViewType Singles(params int[] dimensions) => new(NumberDataViewType.Single, dimensions);

    public static VectorDataViewType VariableSingles => new(NumberDataViewType.Single);

    public static VectorDataViewType Keys<TKey>(int count, int size = 0) => new(new KeyDataViewType(typeof(TKey), count), size);

    /// <summary>Adds a column of scalars.</summary>
    public MemoryView Scalar<T>(string name, DataViewType type, params T[] values) =>
        Add(name, type, values.Length, (Func<int, ValueGetter<T>>)(row => (ref T value) => value = values[row]));

    /// <summary>Adds a column of vectors that may be sparse.</summary>
    public MemoryView Buffers<T>(string name, VectorDataViewType type, params VBuffer<T>[] values) =>
        Add(
            name,
            type,
            values.Length,
            (Func<int, ValueGetter<VBuffer<T>>>)(row => (ref VBuffer<T> value) => values[row].CopyTo(ref value))
        );

    /// <summary>Adds a column of dense vectors.</summary>
    public MemoryView Vector<T>(string name, VectorDataViewType type, params T[][] values) =>
        Buffers(name, type, [.. values.Select(value => new VBuffer<T>(value.Length, value))]);

    private MemoryView Add(string name, DataViewType type, int rows, Delegate values)
    {
        _schema.AddColumn(name, type);
        _values.Add(values);
        _rows = rows;
        return this;
    }

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        CursorsOpened++;
        LatestColumns = [.. columnsNeeded.Select(column => column.Name)];
        return new Cursor(this);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(MemoryView view) : DataViewRowCursor
    {
        private int _row = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _row;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => view.LatestColumns.Contains(column.Name);

        public override bool MoveNext() => ++_row < view._rows;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"Column '{column.Name}' is not active.");
            var values = (Func<int, ValueGetter<TValue>>)view._values[column.Index];
            return (ref TValue value) => values(_row)(ref value);
        }
    }
}
