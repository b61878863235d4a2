using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data;

/// <summary>The columns of a row's static values: found and checked. Numbers come first, the ids of categories last.</summary>
internal sealed class StaticColumns
{
    private const string Role = "static";
    private const string Expected = "a number, a Boolean, a key, or a vector of Single of known size";
    private readonly DataViewSchema.Column[] _numbers,
        _categories;

    private StaticColumns(DataViewSchema.Column[] numbers, DataViewSchema.Column[] categories)
    {
        (_numbers, _categories) = (numbers, categories);
        Width = numbers.Sum(column => WidthOf(column.Type)) + categories.Length;
    }

    /// <summary>No columns.</summary>
    public static StaticColumns None { get; } = new([], []);

    /// <summary>S, values of a row.</summary>
    public int Width { get; }

    /// <summary>All columns, in the order of their values.</summary>
    public IReadOnlyList<DataViewSchema.Column> All => [.. _numbers, .. _categories];

    /// <summary>The columns of categories.</summary>
    public IReadOnlyList<DataViewSchema.Column> Categories => _categories;

    /// <summary>Position of a column's first value among a row's.</summary>
    public int PlaceOf(string name)
    {
        int place = 0;
        foreach (DataViewSchema.Column column in All)
        {
            if (column.Name == name)
                return place;
            place += WidthOf(column.Type);
        }
        return -1;
    }

    /// <summary>Finds and checks the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static StaticColumns Bind(IExceptionContext ectx, DataViewSchema schema, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return None;
        var found = names
            .Select(name => schema.GetColumnOrNull(name) ?? throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name))
            .ToArray();
        foreach (DataViewSchema.Column column in found)
        {
            if (!Fits(column.Type))
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    Role,
                    column.Name,
                    Expected + ConversionHint.ForKeys(column.Name, column.Type.GetItemType()),
                    $"{column.Type}"
                );
            if (column.Type is KeyDataViewType)
                CategoryIds.Check(ectx, Role, column);
        }
        return new StaticColumns(
            [.. found.Where(column => column.Type is not KeyDataViewType)],
            [.. found.Where(column => column.Type is KeyDataViewType)]
        );
    }

    /// <summary>Checks a schema's shape.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (!schema.TryFindColumn(name, out SchemaShape.Column column))
                throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
            bool fits = column.Kind switch
            {
                SchemaShape.Column.VectorKind.Scalar => column.IsKey || IsNumber(column.ItemType),
                SchemaShape.Column.VectorKind.Vector => !column.IsKey && column.ItemType == NumberDataViewType.Single,
                _ => false,
            };
            if (!fits)
                throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    Role,
                    name,
                    Expected + (column.IsKey ? "" : ConversionHint.ForKeys(name, column.ItemType)),
                    column.GetTypeString()
                );
        }
    }

    /// <summary>A reader of a row's values; one per cursor.</summary>
    public StaticReader Open(DataViewRow row) => new(row, All);

    /// <summary>Values of a column.</summary>
    public static int WidthOf(DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

    private static bool Fits(DataViewType type) =>
        type is KeyDataViewType
        || IsNumber(type)
        || type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single;

    private static bool IsNumber(DataViewType type) => type is BooleanDataViewType or NumberDataViewType;
}

/// <summary>Reads the static values of a cursor's current row.</summary>
internal sealed class StaticReader
{
    private readonly Action<float[]>[] _columns;
    private readonly float[] _values;

    /// <param name="row">The cursor.</param>
    /// <param name="columns">The columns, in the order of their values.</param>
    public StaticReader(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        int place = 0;
        _columns =
        [
            .. columns.Select(column =>
                Open(row, column, (place += StaticColumns.WidthOf(column.Type)) - StaticColumns.WidthOf(column.Type))
            ),
        ];
        _values = new float[place];
    }

    /// <summary>[S] the values last read.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Reads the cursor's current row.</summary>
    public void Read()
    {
        foreach (Action<float[]> column in _columns)
            column(_values);
    }

    private static Action<float[]> Open(DataViewRow row, DataViewSchema.Column column, int place)
    {
        Type raw = column.Type.GetItemType().RawType;
        if (column.Type is VectorDataViewType)
            return OpenVector(row, column, place);
        if (raw == typeof(bool))
            return Of<bool>(row, column, place, value => value ? 1 : 0);
        if (raw == typeof(float))
            return Of<float>(row, column, place, value => value);
        if (raw == typeof(double))
            return Of<double>(row, column, place, value => (float)value);
        bool isKey = column.Type is KeyDataViewType;
        ulong count = isKey ? (ulong)CategoryIds.CountOf(column.Type) : ulong.MaxValue;
        return raw switch
        {
            _ when raw == typeof(byte) => OfInteger<byte>(row, column, place, count),
            _ when raw == typeof(sbyte) => OfInteger<sbyte>(row, column, place, count),
            _ when raw == typeof(short) => OfInteger<short>(row, column, place, count),
            _ when raw == typeof(ushort) => OfInteger<ushort>(row, column, place, count),
            _ when raw == typeof(int) => OfInteger<int>(row, column, place, count),
            _ when raw == typeof(uint) => OfInteger<uint>(row, column, place, count),
            _ when raw == typeof(long) => OfInteger<long>(row, column, place, count),
            _ when raw == typeof(ulong) => OfInteger<ulong>(row, column, place, count),
            _ => throw new InvalidOperationException($"There is no static value of type {raw}."),
        };
    }

    // A key beyond the count is a missing one, as everywhere in ML.NET.
    private static Action<float[]> OfInteger<T>(DataViewRow row, DataViewSchema.Column column, int place, ulong count)
        where T : unmanaged, IBinaryInteger<T> =>
        count == ulong.MaxValue
            ? Of<T>(row, column, place, float.CreateTruncating)
            : Of<T>(row, column, place, key => ulong.CreateTruncating(key) < count ? float.CreateTruncating(key) : CategoryShape.Unknown);

    private static Action<float[]> Of<T>(DataViewRow row, DataViewSchema.Column column, int place, Func<T, float> convert)
        where T : struct
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default;
        return values =>
        {
            getter(ref value);
            values[place] = convert(value);
        };
    }

    private static Action<float[]> OpenVector(DataViewRow row, DataViewSchema.Column column, int place)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        return values =>
        {
            getter(ref value);
            FixedLength.Check(row, column, value.Length);
            value.CopyTo(values.AsSpan(place, value.Length));
        };
    }
}

/// <summary>Reads a row's steps and its static values.</summary>
/// <param name="steps">Reads the steps.</param>
/// <param name="statics">Reads the static values.</param>
internal sealed class RowReader(SequenceReader steps, StaticReader statics) : SequenceReader
{
    public override Runtime.Sequences.SequenceView Current => steps.Current.WithStatic(statics.Values);

    public override bool IsFinite => steps.IsFinite && Runtime.Sequences.Finite.All(statics.Values);

    public override void Read()
    {
        steps.Read();
        statics.Read();
    }
}
