using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Formats;

/// <summary>A column of a view of files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Getter">Creates the ML.NET getter of a cursor, given its current row.</param>
/// <param name="Annotations">Its annotations; null for none.</param>
internal sealed record FileColumn<TRow>(
    string Name,
    DataViewType Type,
    Func<Func<TRow>, Delegate> Getter,
    DataViewSchema.Annotations? Annotations = null
);

/// <summary>
/// The rows of files as a view. Each cursor reads the files from their beginning, and holds no more of them than its current row, so the
/// view can be read again, and by several cursors at once.
/// </summary>
/// <typeparam name="TRow">A row of the format.</typeparam>
internal sealed class FileDataView<TRow> : IDataView
{
    private readonly IHost _host;
    private readonly FileColumn<TRow>[] _columns;
    private readonly Func<IEnumerable<TRow>> _rows;

    /// <param name="host">Where the cursors log, and what creates the errors.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">Opens the files and reads their rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">Two columns have one name.</exception>
    public FileDataView(IHost host, IEnumerable<FileColumn<TRow>> columns, Func<IEnumerable<TRow>> rows)
    {
        _host = host;
        _columns = [.. columns];
        _rows = rows;
        var schema = new DataViewSchema.Builder();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (FileColumn<TRow> column in _columns)
        {
            host.CheckUserArg(!string.IsNullOrWhiteSpace(column.Name), nameof(columns), "A column has no name: name it.");
            if (!names.Add(column.Name))
                throw host.ExceptUserArg(nameof(columns), $"Two columns have the name '{column.Name}': give one of them another name.");
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        }
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = new bool[_columns.Length];
        foreach (DataViewSchema.Column column in columnsNeeded)
            needed[column.Index] = true;
        return new Cursor(this, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(FileDataView<TRow> view, bool[] needed) : RootCursorBase(view._host)
    {
        private readonly IEnumerator<TRow> _rows = view._rows().GetEnumerator();

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => 0;

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) =>
            {
                Ch.Check(IsGood, RowCursorUtils.FetchValueStateError);
                id = new DataViewRowId((ulong)Position, 0);
            };

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            Ch.CheckParam(column.Index < needed.Length, nameof(column));
            return needed[column.Index];
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw Ch.Except($"Column '{column.Name}' is not active: name it when the cursor is opened.");
            return view._columns[column.Index].Getter(Current) is ValueGetter<TValue> getter
                ? getter
                : throw Ch.Except($"Invalid TValue: '{typeof(TValue)}', the column '{column.Name}' is of type {column.Type}.");
        }

        protected override bool MoveNextCore() => _rows.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
            base.Dispose(disposing);
        }

        private TRow Current()
        {
            Ch.Check(IsGood, RowCursorUtils.FetchValueStateError);
            return _rows.Current;
        }
    }
}

/// <summary>Creates columns of views of files.</summary>
internal static class FileColumns
{
    /// <summary>A column of one value a row.</summary>
    public static FileColumn<TRow> Scalar<TRow, TValue>(
        string name,
        DataViewType type,
        Func<TRow, TValue> value,
        DataViewSchema.Annotations? annotations = null
    ) => new(name, type, row => (ValueGetter<TValue>)((ref TValue target) => target = value(row())), annotations);

    /// <summary>A column of a text a row; an empty one is missing, as everywhere in ML.NET.</summary>
    public static FileColumn<TRow> Text<TRow>(string name, Func<TRow, string> text, DataViewSchema.Annotations? annotations = null) =>
        Scalar<TRow, ReadOnlyMemory<char>>(name, TextDataViewType.Instance, row => text(row).AsMemory(), annotations);

    /// <summary>A column of vectors.</summary>
    public static FileColumn<TRow> Vector<TRow, TValue>(string name, VectorDataViewType type, Func<TRow, TValue[]> values) =>
        new(
            name,
            type,
            row =>
                (ValueGetter<VBuffer<TValue>>)(
                    (ref VBuffer<TValue> target) =>
                    {
                        TValue[] source = values(row());
                        var editor = VBufferEditor.Create(ref target, source.Length);
                        source.CopyTo(editor.Values);
                        target = editor.Commit();
                    }
                )
        );

    /// <summary>A column of vectors of texts of any length.</summary>
    public static FileColumn<TRow> Texts<TRow>(string name, Func<TRow, ReadOnlyMemory<char>[]> texts) =>
        Vector(name, new VectorDataViewType(TextDataViewType.Instance), texts);
}
