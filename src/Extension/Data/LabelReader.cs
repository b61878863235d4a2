using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data;

/// <summary>Reads a cursor's current label as numbers. One per cursor.</summary>
internal abstract class LabelReader
{
    /// <summary>Reads the row's label: class index (0-based), 0 or 1, or the targets. False where it is missing or not finite.</summary>
    /// <param name="label">[Width], overwritten.</param>
    public abstract bool TryRead(Span<float> label);
}

internal sealed class ClassReader(DataViewRow row, DataViewSchema.Column column, int classes) : LabelReader
{
    private readonly ValueGetter<uint> _getter = row.GetGetter<uint>(column);
    private uint _value;

    public override bool TryRead(Span<float> label)
    {
        _getter(ref _value);
        label[0] = (float)_value - 1;
        return _value >= 1 && _value <= classes;
    }
}

internal sealed class BooleanReader(DataViewRow row, DataViewSchema.Column column) : LabelReader
{
    private readonly ValueGetter<bool> _getter = row.GetGetter<bool>(column);
    private bool _value;

    public override bool TryRead(Span<float> label)
    {
        _getter(ref _value);
        label[0] = _value ? 1 : 0;
        return true;
    }
}

internal sealed class TargetReader(DataViewRow row, DataViewSchema.Column column) : LabelReader
{
    private readonly ValueGetter<float> _getter = row.GetGetter<float>(column);

    public override bool TryRead(Span<float> label)
    {
        _getter(ref label[0]);
        return float.IsFinite(label[0]);
    }
}

internal sealed class TargetsReader(DataViewRow row, DataViewSchema.Column column) : LabelReader
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
    private VBuffer<float> _value;

    public override bool TryRead(Span<float> label)
    {
        _getter(ref _value);
        _value.CopyTo(label);
        return Finite.All(label);
    }
}
