using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Peer;

/// <summary>One row as a cursor showed it. A column that was not active has the value null.</summary>
internal sealed record RowCopy(long Position, DataViewRowId Id, object?[] Values);

/// <summary>Copies a cursor's current row, as often as asked. One per cursor.</summary>
internal sealed class RowCopier
{
    private readonly DataViewRow _row;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly Func<object>?[] _columns;

    public RowCopier(DataViewRow row)
    {
        _row = row;
        _id = row.GetIdGetter();
        _columns = [.. row.Schema.Select(column => row.IsColumnActive(column) ? Reader(column) : null)];
    }

    public RowCopy Copy()
    {
        DataViewRowId id = default;
        _id(ref id);
        return new RowCopy(_row.Position, id, [.. _columns.Select(read => read?.Invoke())]);
    }

    private Func<object> Reader(DataViewSchema.Column column)
    {
        var make = typeof(RowCopier).GetMethod(
            nameof(TypedReader),
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic
        )!;
        return (Func<object>)make.MakeGenericMethod(column.Type.RawType).Invoke(this, [column])!;
    }

    private Func<object> TypedReader<T>(DataViewSchema.Column column)
    {
        ValueGetter<T> getter = _row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return CellValue.Own(value!);
        };
    }
}
