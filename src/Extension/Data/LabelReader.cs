using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>Reads a cursor's current label as floats. One per cursor.</summary>
internal abstract class LabelReader
{
    /// <summary>Reads the row's label: class index (0-based), 0 or 1, or the targets. False where it is missing or not finite.</summary>
    /// <param name="label">[Width], or, for labels per step, one for each step of the row's sequence; overwritten.</param>
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

/// <summary>
/// A class for each step of the row's sequence; <see cref="Missing"/> where the key is missing. A row without any class has no label.
/// </summary>
internal sealed class StepClassesReader(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, int classes) : LabelReader
{
    /// <summary>Marks a step without a class.</summary>
    public const float Missing = -1;

    private readonly ValueGetter<VBuffer<uint>> _getter = row.GetGetter<VBuffer<uint>>(column);
    private VBuffer<uint> _value;

    public override bool TryRead(Span<float> label)
    {
        _getter(ref _value);
        FixedLength.Check(ectx, row, column, _value.Length);
        if (_value.Length != label.Length)
            throw ectx.Except(
                $"Row {row.Position} has {_value.Length} labels in column '{column.Name}', but its sequence has {label.Length} steps: a "
                    + $"sequence tagger needs a label for each step (a missing key where a step has none)."
            );
        label.Fill(Missing);
        bool hasAny = label.Length == 0;
        foreach (var (step, key) in _value.Items())
            if (key >= 1 && key <= classes)
            {
                label[step] = (float)key - 1;
                hasAny = true;
            }
        return hasAny;
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

internal sealed class TargetsReader(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column) : LabelReader
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
    private VBuffer<float> _value;

    public override bool TryRead(Span<float> label)
    {
        _getter(ref _value);
        FixedLength.Check(ectx, row, column, _value.Length);
        _value.CopyTo(label);
        return Finite.All(label);
    }
}

/// <summary>1 for each label that the row has, else 0: a Boolean for each label.</summary>
internal sealed class FlagsReader(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column) : LabelReader
{
    private readonly ValueGetter<VBuffer<bool>> _getter = row.GetGetter<VBuffer<bool>>(column);
    private VBuffer<bool> _value;

    public override bool TryRead(Span<float> label)
    {
        _getter(ref _value);
        FixedLength.Check(ectx, row, column, _value.Length);
        label.Clear();
        foreach (var (slot, isSet) in _value.Items())
            label[slot] = isSet ? 1 : 0;
        return true;
    }
}

/// <summary>1 for each label that the row has, else 0: the row's keys, in any order. Missing keys are left out.</summary>
internal sealed class KeySetReader(DataViewRow row, DataViewSchema.Column column) : LabelReader
{
    private readonly ValueGetter<VBuffer<uint>> _getter = row.GetGetter<VBuffer<uint>>(column);
    private VBuffer<uint> _value;

    public override bool TryRead(Span<float> label)
    {
        _getter(ref _value);
        label.Clear();
        foreach (uint key in _value.GetValues())
            if (key >= 1 && key <= label.Length)
                label[(int)key - 1] = 1;
        return true;
    }
}
