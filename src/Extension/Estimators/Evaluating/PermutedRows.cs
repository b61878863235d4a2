using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>The first rows of another view, with a part of their sequences from other rows.</summary>
/// <param name="host">Where the cursors log.</param>
/// <param name="source">The rows.</param>
/// <param name="count">Number of rows.</param>
/// <param name="values">The sequence columns' values by column index.</param>
/// <param name="permutation">The part, and its source rows.</param>
internal sealed class PermutedRows(
    IHost host,
    IDataView source,
    int count,
    IReadOnlyDictionary<int, SequenceValues> values,
    PartPermutation permutation
) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, source.GetRowCursor(columnsNeeded), host, values, permutation, count);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(
        PermutedRows view,
        DataViewRowCursor source,
        IHost host,
        IReadOnlyDictionary<int, SequenceValues> values,
        PartPermutation permutation,
        int count
    ) : LinkedRootCursorBase(host, source)
    {
        private int _row = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => Input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            values.TryGetValue(column.Index, out SequenceValues? sequence)
                ? (ValueGetter<TValue>)sequence.Getter(() => _row, permutation)
                : Input.GetGetter<TValue>(column);

        protected override bool MoveNextCore()
        {
            if (_row + 1 >= count || !Input.MoveNext())
                return false;
            _row++;
            return true;
        }
    }
}
