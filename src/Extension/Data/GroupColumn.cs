using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// The column of groups: rows of one value, such as those of a machine, are never divided by a split. Values are numbered in order of
/// appearance, one numbering for all rows of a Fit.
/// </summary>
internal sealed class GroupColumn
{
    private const string Role = "group";
    private const string Expected = "a value that rows can be grouped by";

    // An entry and its value: boxed, or a short text.
    private const int BytesOfValue = 96;

    private readonly IExceptionContext _ectx;
    private readonly DataViewSchema.Column _column;
    private readonly Dictionary<object, int> _numbers;

    private GroupColumn(IExceptionContext ectx, DataViewSchema.Column column, Dictionary<object, int> numbers) =>
        (_ectx, _column, _numbers) = (ectx, column, numbers);

    public DataViewSchema.Column Column => _column;

    public string Name => _column.Name;

    /// <summary>Bytes that the distinct values take in memory, about.</summary>
    public long Bytes => (long)_numbers.Count * BytesOfValue;

    /// <summary>The distinct values, in the order of their numbers.</summary>
    public IEnumerable<object> Values => _numbers.Keys;

    /// <summary>Finds and checks the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or not one value a row.</exception>
    public static GroupColumn Bind(IExceptionContext ectx, DataViewSchema schema, string name) => new(ectx, Find(ectx, schema, name), []);

    /// <summary>The same column of other rows, with the same numbers for the same values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing there, or of another type.</exception>
    public GroupColumn In(DataViewSchema schema)
    {
        DataViewSchema.Column other = Find(_ectx, schema, Name);
        if (!other.Type.Equals(_column.Type))
            throw _ectx.ExceptSchemaMismatch(nameof(schema), Role, Name, $"{_column.Type}, as in the training data", other.Type.ToString());
        return new GroupColumn(_ectx, other, _numbers);
    }

    /// <summary>Checks a schema's shape.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, string name)
    {
        if (!schema.TryFindColumn(name, out SchemaShape.Column column))
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType is not PrimitiveDataViewType)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name, Expected, column.GetTypeString());
    }

    /// <summary>A reader of the current row's group; one per cursor.</summary>
    /// <exception cref="InvalidOperationException">The row has no group.</exception>
    public Func<int> Open(DataViewRow row)
    {
        ColumnValues values = ColumnValues.Open(row, _column, _numbers);
        return () =>
        {
            int group = values.Read()[0];
            return values.IsMissing ? throw Missing(row.Position) : group;
        };
    }

    private Exception Missing(long row) =>
        _ectx.Except(
            $"Row {row} has no value in column '{Name}', which GroupColumnName names, so it cannot be told which rows it must stay "
                + "together with: give each row a value (one of its own where it belongs to no other), or remove such rows."
        );

    private static DataViewSchema.Column Find(IExceptionContext ectx, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        if (column.Type is not PrimitiveDataViewType)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name, Expected, column.Type.ToString());
        return column;
    }
}
