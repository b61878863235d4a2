using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>The column of example weights, where there is one.</summary>
internal static class WeightColumn
{
    private const string Role = "weight";

    public static DataViewSchema.Column Bind(IExceptionContext ectx, DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        if (column.Type != NumberDataViewType.Single)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                name,
                "Single" + ConversionHint.For(name, column.Type, DataKind.Single),
                column.Type.ToString()
            );
        return column;
    }

    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, string name)
    {
        if (!schema.TryFindColumn(name, out SchemaShape.Column column))
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.IsKey || column.ItemType != NumberDataViewType.Single)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                name,
                "Single"
                    + (
                        column.IsKey || column.Kind != SchemaShape.Column.VectorKind.Scalar
                            ? ""
                            : ConversionHint.For(name, column.ItemType, DataKind.Single)
                    ),
                column.GetTypeString()
            );
    }
}
