using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// The columns of groups: rows of one value, such as those of a machine, or of one combination of values, are never divided by a split.
/// They are numbered in order of appearance, one numbering for all rows of a Fit.
/// </summary>
internal sealed class GroupColumns
{
    private const string Role = "group";
    private const string Expected = "a value that rows can be grouped by";

    private readonly IExceptionContext _ectx;
    private readonly DataViewSchema.Column[] _columns;

    private GroupColumns(IExceptionContext ectx, IEnumerable<DataViewSchema.Column> columns, GroupNumbers? numbers = null)
    {
        (_ectx, _columns) = (ectx, [.. columns]);
        Numbers = numbers ?? new GroupNumbers(_columns.Length);
    }

    public IReadOnlyList<DataViewSchema.Column> Columns => _columns;

    /// <summary>The numbers of groups.</summary>
    public GroupNumbers Numbers { get; }

    /// <summary>The columns for messages: <c>column 'Machine'</c>, or <c>columns 'Line', 'Machine'</c>.</summary>
    public string Text => TextOf([.. _columns.Select(column => column.Name)]);

    /// <summary>Finds and checks the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing, or not one value a row.</exception>
    public static GroupColumns Bind(IExceptionContext ectx, DataViewSchema schema, IEnumerable<string> names) =>
        new(ectx, names.Select(name => Find(ectx, schema, name)));

    /// <summary>The same columns of other rows, with the same numbers for the same values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is missing there, or of another type.</exception>
    public GroupColumns In(DataViewSchema schema) => new(_ectx, _columns.Select(column => In(schema, column)), Numbers);

    /// <summary>Checks a schema's shape.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (!schema.TryFindColumn(name, out SchemaShape.Column column))
                throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
            if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType is not PrimitiveDataViewType)
                throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name, Expected, column.GetTypeString());
        }
    }

    /// <summary>Columns for messages.</summary>
    public static string TextOf(IReadOnlyCollection<string> names) =>
        $"{(names.Count == 1 ? "column" : "columns")} {string.Join(", ", names.Select(name => $"'{name}'"))}";

    /// <summary>A reader of the current row's group; one per cursor.</summary>
    /// <exception cref="InvalidOperationException">The row has no group.</exception>
    public Func<int> Open(DataViewRow row)
    {
        GroupReader reader = Numbers.Open(row, _columns);
        return () =>
        {
            int group = reader.Read();
            return reader.Missing < 0 ? group : throw Missing(row.Position, _columns[reader.Missing].Name);
        };
    }

    private Exception Missing(long row, string name) =>
        _ectx.Except(
            $"Row {row} has no value in column '{name}', which GroupColumnNames names, so it cannot be told which rows it must stay "
                + "together with: give each row a value (one of its own where it belongs to no other), or remove such rows."
        );

    private DataViewSchema.Column In(DataViewSchema schema, DataViewSchema.Column column)
    {
        DataViewSchema.Column other = Find(_ectx, schema, column.Name);
        return other.Type.Equals(column.Type)
            ? other
            : throw _ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                column.Name,
                $"{column.Type}, as in the training data",
                other.Type.ToString()
            );
    }

    private static DataViewSchema.Column Find(IExceptionContext ectx, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        if (column.Type is not PrimitiveDataViewType)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name, Expected, column.Type.ToString());
        return column;
    }
}
