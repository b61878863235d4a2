using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Shows some rows of another view, in their order. Other rows are skipped unread.</summary>
internal sealed class KeptRows : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly BitArray _kept;
    private readonly int _count;

    /// <param name="host">Where the cursors log.</param>
    /// <param name="source">The rows to choose from.</param>
    /// <param name="kept">Whether a row is kept, by its position in the source; rows beyond its end are not.</param>
    public KeptRows(IHost host, IDataView source, BitArray kept)
    {
        _host = host;
        _source = source;
        _kept = kept;
        _count = kept.Cast<bool>().Count(isKept => isKept);
    }

    public DataViewSchema Schema => _source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, _source.GetRowCursor(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(KeptRows view, DataViewRowCursor source) : LinkedRootCursorBase(view._host, source)
    {
        private int _next,
            _moved;

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => Input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

        protected override bool MoveNextCore()
        {
            // The source is not read beyond the last kept row.
            while (_moved < view._count && Input.MoveNext())
                if (view._kept[_next++])
                {
                    _moved++;
                    return true;
                }
            return false;
        }
    }
}
