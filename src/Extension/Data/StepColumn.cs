using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Contents of a column of a row's steps.</summary>
internal enum StepColumnKind
{
    Numbers,
    Categories,
    Time,
}

/// <summary>A column of a row's steps, one of several that make up a step: found and checked.</summary>
/// <param name="Column">The column.</param>
/// <param name="Kind">Its contents.</param>
/// <param name="Width">Numbers of a step; 1 for categories, 2 for a time.</param>
internal sealed record StepColumn(DataViewSchema.Column Column, StepColumnKind Kind, int Width)
{
    private const string Role = "feature";
    private const string ExpectedChannel = "a vector of Single, one value a step";
    private const string Expected = ExpectedChannel + " or [steps, features], or a vector of keys";
    private const string ExpectedTime = "a vector of DateTime, DateTimeOffset or numbers, one value a step";

    /// <summary>Ids of categories, that of unknown ones included; 0 for others.</summary>
    public int Categories => Kind == StepColumnKind.Categories ? CategoryIds.CountOf(Column.Type.GetItemType()) : 0;

    /// <summary>Steps where the column's type fixes them, else null.</summary>
    public int? FixedLength =>
        Column.Type is VectorDataViewType { IsKnownSize: true } type ? type.Size / (Kind == StepColumnKind.Numbers ? Width : 1) : null;

    /// <summary>Whether times are moments, so that their differences are seconds; else they are numbers.</summary>
    public bool HasMoments => Column.Type.GetItemType() is DateTimeDataViewType or DateTimeOffsetDataViewType;

    /// <summary>One of several step columns.</summary>
    public static StepColumn Bind(IExceptionContext ectx, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType { ItemType: KeyDataViewType, Dimensions.Length: 1 })
        {
            CategoryIds.Check(ectx, Role, column);
            return new StepColumn(column, StepColumnKind.Categories, 1);
        }
        if (
            column.Type is not VectorDataViewType type
            || type.ItemType != NumberDataViewType.Single
            || type.Dimensions.Length > 2
            || (type.Dimensions.Length == 2 && type.Dimensions[1] == 0)
        )
            throw ectx.ExceptSchemaMismatch(
                "schema",
                Role,
                column.Name,
                Expected + Hint(column.Name, column.Type.GetItemType(), column.Type is VectorDataViewType),
                column.Type.ToString()
            );
        return new StepColumn(column, StepColumnKind.Numbers, type.Dimensions.Length == 2 ? type.Dimensions[1] : 1);
    }

    /// <summary>The column of times.</summary>
    public static StepColumn BindTime(IExceptionContext ectx, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType type && IsTime(type.ItemType)
            ? new StepColumn(column, StepColumnKind.Time, Runtime.Networks.StepColumns.TimeValues)
            : throw ectx.ExceptSchemaMismatch(
                "schema",
                "time",
                column.Name,
                ExpectedTime + ConversionHint.ForTime(column.Name, column.Type.GetItemType()),
                column.Type.ToString()
            );

    /// <summary>Checks the shape of one of several step columns.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, string name)
    {
        if (!schema.TryFindColumn(name, out SchemaShape.Column column))
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        bool isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (!isVector || !(column.IsKey || column.ItemType == NumberDataViewType.Single))
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                name,
                Expected + (column.IsKey ? "" : Hint(name, column.ItemType, isVector)),
                column.GetTypeString()
            );
    }

    /// <summary>Checks the shape of the column of times.</summary>
    public static void CheckTimeShape(IExceptionContext ectx, SchemaShape schema, string name)
    {
        if (!schema.TryFindColumn(name, out SchemaShape.Column column))
            throw ectx.ExceptSchemaMismatch(nameof(schema), "time", name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar || column.IsKey || !IsTime(column.ItemType))
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                "time",
                name,
                ExpectedTime + ConversionHint.ForTime(name, column.ItemType),
                column.GetTypeString()
            );
    }

    // A scalar is no column of steps whatever its type.
    private static string Hint(string column, DataViewType item, bool isVector) =>
        isVector ? ConversionHint.For(column, item, DataKind.Single) + ConversionHint.ForKeys(column, item) : "";

    private static bool IsTime(DataViewType item) => item is DateTimeDataViewType or DateTimeOffsetDataViewType or NumberDataViewType;
}

/// <summary>Ids of the categories of a column of keys: 0 for a missing key, else the key.</summary>
internal static class CategoryIds
{
    /// <summary>Number of ids.</summary>
    public static int CountOf(DataViewType type) => (int)((KeyDataViewType)type).Count + 1;

    /// <exception cref="ArgumentOutOfRangeException">The number of keys is not known, or too large.</exception>
    public static void Check(IExceptionContext ectx, string role, DataViewSchema.Column column)
    {
        var key = (KeyDataViewType)column.Type.GetItemType();
        if (key.Count is 0 or >= Runtime.Networks.CategoryShape.Most)
            throw ectx.ExceptSchemaMismatch(
                "schema",
                role,
                column.Name,
                $"keys of a known count below {Runtime.Networks.CategoryShape.Most:N0}",
                column.Type.ToString()
            );
    }
}
