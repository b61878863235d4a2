using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Several labels at every step, L in number: a vector of T x L values of Boolean or Single, step after step, of type [T, L],
/// [*, L], or flat.</summary>
/// <param name="LabelsPerStep">L as an option; null where the column's type has it.</param>
/// <param name="LabelNames">The labels' names as an option; null for those of the column.</param>
internal sealed record StepLabels(int? LabelsPerStep, IReadOnlyList<string>? LabelNames)
{
    /// <summary>Nothing is set.</summary>
    public static StepLabels None { get; } = new(null, null);

    /// <summary>L as the options state it; null where they do not.</summary>
    public int? Given => LabelsPerStep ?? LabelNames?.Count;

    /// <summary>Whether a column's type is one of such labels.</summary>
    public static bool Fits(DataViewType type) =>
        type is VectorDataViewType { Dimensions.Length: 1 or 2, ItemType: var item }
        && (item is BooleanDataViewType || item == NumberDataViewType.Single);

    /// <summary>Whether a column can have the labels' names: where its size varies, as the slot names of one step.</summary>
    public static bool CanName(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.VariableVector;

    /// <summary>L that a column's type states; null where it does not.</summary>
    public static int? CountOf(DataViewType type) => type is VectorDataViewType { Dimensions: [_, > 0 and int labels] } ? labels : null;

    /// <summary>L of a column that fits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither the options nor the column's type state it, or they contradict each
    /// other.</exception>
    public int CountIn(IExceptionContext ectx, DataViewSchema.Column column)
    {
        int? inType = CountOf(column.Type);
        if (Given is int given && inType is int found && given != found)
            throw ectx.ExceptUserArg(
                Option,
                $"{Option} {(LabelsPerStep is null ? $"has {given} names" : $"is {given}")}, but column '{column.Name}' of type "
                    + $"{column.Type} has {found} labels at each step."
            );
        if ((Given ?? inType) is not int labels)
            throw ectx.ExceptUserArg(
                nameof(LabelsPerStep),
                $"LabelsPerStep is not set, and column '{column.Name}' of type {column.Type} does not state how many labels a step has: "
                    + "set LabelsPerStep or LabelNames, or give the column the type [*, labels]."
            );
        var type = (VectorDataViewType)column.Type;
        if (type.IsKnownSize && type.Size % labels != 0)
            throw ectx.ExceptSchemaMismatch(
                "schema",
                "label",
                column.Name,
                $"a size that is a multiple of the {labels} labels of a step",
                $"a vector of {type.Size} values"
            );
        if (LabelNames is null && !type.IsKnownSize && NamesIn(column) is int names && names != labels)
            throw ectx.ExceptSchemaMismatch(
                "schema",
                "label",
                column.Name,
                $"slot names of one step, {labels}, as its size varies",
                $"{names} slot names"
            );
        if (LabelNames is not null && !type.IsKnownSize && NamesIn(column) is not null)
            CheckNames(ectx, column, LabelNames);
        return labels;
    }

    // Scores are matched with labels by name.
    private static void CheckNames(IExceptionContext ectx, DataViewSchema.Column column, IReadOnlyList<string> names)
    {
        VBuffer<ReadOnlyMemory<char>> slots = default;
        column.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref slots);
        string[] own = [.. slots.DenseValues().Select(name => name.ToString())];
        if (!own.SequenceEqual(names))
            throw ectx.ExceptUserArg(
                nameof(LabelNames),
                $"LabelNames is {string.Join(", ", names)}, but column '{column.Name}' names its labels {string.Join(", ", own)}: leave "
                    + "LabelNames null."
            );
    }

    private string Option => LabelsPerStep is null ? nameof(LabelNames) : nameof(LabelsPerStep);

    private static int? NamesIn(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames)?.Type is VectorDataViewType { IsKnownSize: true } names
            ? names.Size
            : null;
}

/// <summary>
/// 1 for each label that a step of the row's sequence has, else 0, step after step. A step with a NaN has no labels: it is
/// <see cref="StepClassesReader.Missing"/> throughout. A row without any step with labels has no label.
/// </summary>
internal sealed class StepFlagsReader : LabelReader
{
    private readonly IExceptionContext _ectx;
    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _column;
    private readonly int _labels;
    private readonly Action _read;
    private float[] _values = [];
    private int _count;

    public StepFlagsReader(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, int labels)
    {
        (_ectx, _row, _column, _labels) = (ectx, row, column, labels);
        _read = column.Type.GetItemType() is BooleanDataViewType ? Reading<bool>(value => value ? 1 : 0) : Reading<float>(value => value);
    }

    /// <summary>[T, L] the values of the current row, as <see cref="Read"/> read them.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, _count);

    /// <summary>Reads the cursor's current row; returns whether a step has labels, or there are no steps.</summary>
    /// <exception cref="InvalidOperationException">The row's length is no multiple of L, or a value is none of a label.</exception>
    public bool Read()
    {
        _read();
        if (_count % _labels != 0)
            throw _ectx.Except(
                $"Row {_row.Position} of column '{_column.Name}' has {_count} values, which is not a multiple of the {_labels} labels of a "
                    + "step."
            );
        bool hasAny = _count == 0;
        for (int at = 0; at < _count; at += _labels)
            hasAny |= ReadStep(at);
        return hasAny;
    }

    public override bool TryRead(Span<float> label)
    {
        bool hasAny = Read();
        if (_count != label.Length)
            throw _ectx.Except(
                $"Row {_row.Position} has {_count} values in column '{_column.Name}', but its sequence has {label.Length / _labels} steps: "
                    + $"with {_labels} labels at each step there must be {label.Length} values, step after step."
            );
        Values.CopyTo(label);
        return hasAny;
    }

    private bool ReadStep(int at)
    {
        Span<float> step = _values.AsSpan(at, _labels);
        bool isMissing = false;
        for (int label = 0; label < step.Length; label++)
            if (float.IsNaN(step[label]))
                isMissing = true;
            else if (step[label] is not (0 or 1))
                throw _ectx.Except(
                    FormattableString.Invariant($"Row {_row.Position} of column '{_column.Name}' has the value {step[label]} at step ")
                        + FormattableString.Invariant($"{at / _labels}, label {label} (both counted from 0): a label is 1 where the step ")
                        + "has it and 0 where it has not, and NaN at a step whose labels are not known."
                );
        if (isMissing)
            step.Fill(StepClassesReader.Missing);
        return !isMissing;
    }

    private Action Reading<T>(Func<T, float> convert)
    {
        ValueGetter<VBuffer<T>> getter = _row.GetGetter<VBuffer<T>>(_column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            _count = value.Length;
            FixedLength.Check(_ectx, _row, _column, _count);
            if (_values.Length < _count)
                _values = new float[Math.Max(_count, 2 * _values.Length)];
            Array.Clear(_values, 0, _count);
            foreach (var (slot, one) in value.Items())
                _values[slot] = convert(one);
        };
    }
}
