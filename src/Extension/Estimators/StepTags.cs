using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>A column with a tag for each step, as text: the keys' values, or their numbers where they have none.</summary>
internal sealed class StepTags
{
    private readonly Action _read;

    public StepTags(DataViewRow row, DataViewSchema.Column column)
    {
        Name = column.Name;
        LabelKeyValues? values = LabelKeyValues.Of(column);
        var key = (KeyDataViewType)((VectorDataViewType)column.Type).ItemType;
        Names = values is null
            ?
            [
                .. Enumerable
                    .Range(1, (int)Math.Min(key.Count, int.MaxValue - 1))
                    .Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ]
            : [.. values.ToTexts()];
        var getter = row.GetGetter<VBuffer<uint>>(column);
        VBuffer<uint> keys = default;
        _read = () =>
        {
            getter(ref keys);
            Tags.Clear();
            foreach (uint tag in keys.DenseValues())
                Tags.Add(tag >= 1 && tag <= Names.Count ? Names[(int)tag - 1] : null);
        };
    }

    public string Name { get; }

    /// <summary>All possible tags.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The row's tags; null where the key is missing.</summary>
    public List<string?> Tags { get; } = [];

    /// <summary>Finds and checks a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or not a vector of keys.</exception>
    public static DataViewSchema.Column Find(IHost host, DataViewSchema schema, string role, string name)
    {
        host.CheckNonEmpty(name, role);
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw host.ExceptSchemaMismatch(nameof(schema), role, name);
        if (column.Type is not VectorDataViewType { ItemType: KeyDataViewType { Count: > 0 } key } || key.RawType != typeof(uint))
            throw host.ExceptSchemaMismatch(
                nameof(schema),
                role,
                name,
                "a vector of Key<UInt32>, one for each step",
                column.Type.ToString()
            );
        return column;
    }

    /// <summary>Reads the cursor's current row.</summary>
    public void Read() => _read();
}
