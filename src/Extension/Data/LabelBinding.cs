using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>The kinds of label column.</summary>
internal enum LabelKind
{
    /// <summary>A key of type UInt32: the class.</summary>
    Key,

    /// <summary>A vector of keys of type UInt32: the class of each step.</summary>
    KeyPerStep,

    /// <summary>Boolean: whether the row is of the positive class.</summary>
    Boolean,

    /// <summary>Single, or a known-size vector of Single: the targets.</summary>
    Numbers,

    /// <summary>A known-size vector of Boolean, or a vector of keys of type UInt32: the row's labels, any number of them.</summary>
    LabelSet,

    /// <summary>A vector of Boolean or Single, step after step: the labels of each step, any number of them.</summary>
    LabelSetPerStep,
}

/// <summary>A schema's label column, found and checked.</summary>
internal sealed class LabelBinding
{
    private const string Role = "label";

    private readonly IExceptionContext _ectx;

    private LabelBinding(IExceptionContext ectx, DataViewSchema.Column column, LabelKind kind, int width, int classes)
    {
        _ectx = ectx;
        Column = column;
        Kind = kind;
        Width = width;
        Classes = classes;
    }

    public DataViewSchema.Column Column { get; }

    public LabelKind Kind { get; }

    /// <summary>Values per row, or per step where each has a label: k for a vector of targets, the number of labels for a set of
    /// them, else 1.</summary>
    public int Width { get; }

    /// <summary>Whether each step of a row has a label, or labels.</summary>
    public bool IsPerStep => Kind is LabelKind.KeyPerStep or LabelKind.LabelSetPerStep;

    /// <summary>Whether a row, or a step, has any number of labels.</summary>
    public bool IsSet => Kind is LabelKind.LabelSet or LabelKind.LabelSetPerStep;

    /// <summary>The labels' names as an option; null where the column names them, if anything.</summary>
    public IReadOnlyList<string>? GivenNames { get; private init; }

    /// <summary>Whether the annotation of the column, if it has one, names the labels: not where it names those of all steps.</summary>
    public bool ColumnNamesLabels => Kind != LabelKind.LabelSetPerStep || Column.Type is VectorDataViewType { IsKnownSize: false };

    /// <summary>Whether labels are classes with keys.</summary>
    public bool HasKeys => Column.Type.GetItemType() is KeyDataViewType;

    /// <summary>The annotation that names the classes, where the column has it.</summary>
    public string NamesKind => NamesKindOf(Column.Type);

    /// <inheritdoc cref="NamesKind"/>
    public static string NamesKindOf(DataViewType type) =>
        type.GetItemType() is KeyDataViewType ? AnnotationUtils.Kinds.KeyValues : AnnotationUtils.Kinds.SlotNames;

    /// <summary>Whether a row's label is a vector of targets, even of one.</summary>
    public bool IsVector => Kind == LabelKind.Numbers && Column.Type is VectorDataViewType;

    /// <summary>Number of classes, or of labels; 0 for numeric targets.</summary>
    public int Classes { get; }

    /// <summary>The label's type as text, for an error message.</summary>
    public string Describe() => Column.Type.ToString()!;

    /// <summary>Finds and checks the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static LabelBinding Bind(
        IExceptionContext ectx,
        DataViewSchema schema,
        string name,
        LabelKind kind,
        StepLabels? stepLabels = null
    )
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        return kind switch
        {
            LabelKind.Key when column.Type is KeyDataViewType { Count: > 0 and <= int.MaxValue } key && key.RawType == typeof(uint) => new(
                ectx,
                column,
                kind,
                1,
                (int)key.Count
            ),
            LabelKind.KeyPerStep
                when column.Type
                    is VectorDataViewType { Dimensions.Length: 1, ItemType: KeyDataViewType { Count: > 0 and <= int.MaxValue } key }
                    && key.RawType == typeof(uint) => new(ectx, column, kind, 1, (int)key.Count),
            LabelKind.Boolean when column.Type is BooleanDataViewType => new(ectx, column, kind, 1, 2),
            LabelKind.Numbers when column.Type == NumberDataViewType.Single => new(ectx, column, kind, 1, 0),
            LabelKind.Numbers
                when column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single => new(
                ectx,
                column,
                kind,
                vector.Size,
                0
            ),
            LabelKind.LabelSet when LabelsOf(column.Type) is int labels => new(ectx, column, kind, labels, labels),
            LabelKind.LabelSetPerStep when StepLabels.Fits(column.Type) => OfSteps(ectx, column, stepLabels ?? StepLabels.None),
            _ => throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                name,
                Expected(kind)
                    + (column.Type.GetItemType() is KeyDataViewType ? KeyHint(kind) : Hint(kind, name, column.Type.GetItemType())),
                column.Type.ToString()
            ),
        };
    }

    private static LabelBinding OfSteps(IExceptionContext ectx, DataViewSchema.Column column, StepLabels steps)
    {
        int labels = steps.CountIn(ectx, column);
        return new(ectx, column, LabelKind.LabelSetPerStep, labels, labels) { GivenNames = steps.LabelNames };
    }

    /// <summary>Number of labels of a column of label sets; null for a column of another type.</summary>
    public static int? LabelsOf(DataViewType type) =>
        type switch
        {
            VectorDataViewType { ItemType: BooleanDataViewType, IsKnownSize: true } flags => flags.Size,
            VectorDataViewType { ItemType: KeyDataViewType { Count: > 0 and <= int.MaxValue } key } when key.RawType == typeof(uint) =>
                (int)key.Count,
            _ => null,
        };

    /// <summary>The same check on a schema's shape.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, string name, LabelKind kind)
    {
        if (!schema.TryFindColumn(name, out SchemaShape.Column column))
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        bool fits = kind switch
        {
            LabelKind.Key => isScalar && column.IsKey && column.ItemType == NumberDataViewType.UInt32,
            LabelKind.KeyPerStep => !isScalar && column.IsKey && column.ItemType == NumberDataViewType.UInt32,
            LabelKind.Boolean => isScalar && column.ItemType == BooleanDataViewType.Instance,
            LabelKind.Numbers => column.Kind != SchemaShape.Column.VectorKind.VariableVector
                && !column.IsKey
                && column.ItemType == NumberDataViewType.Single,
            LabelKind.LabelSet => column.IsKey
                ? !isScalar && column.ItemType == NumberDataViewType.UInt32
                : column.Kind == SchemaShape.Column.VectorKind.Vector && column.ItemType == BooleanDataViewType.Instance,
            LabelKind.LabelSetPerStep => !isScalar
                && !column.IsKey
                && (column.ItemType == BooleanDataViewType.Instance || column.ItemType == NumberDataViewType.Single),
            _ => throw Unknown(kind),
        };
        if (!fits)
            throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                Role,
                name,
                Expected(kind) + (column.IsKey ? KeyHint(kind) : Hint(kind, name, column.ItemType)),
                column.GetTypeString()
            );
    }

    /// <summary>A reader of the row's label; one per cursor.</summary>
    public LabelReader Open(DataViewRow row) =>
        Kind switch
        {
            LabelKind.Key => new ClassReader(row, Column, Classes),
            LabelKind.KeyPerStep => new StepClassesReader(_ectx, row, Column, Classes),
            LabelKind.Boolean => new BooleanReader(row, Column),
            LabelKind.Numbers when IsVector => new TargetsReader(_ectx, row, Column),
            LabelKind.Numbers => new TargetReader(row, Column),
            LabelKind.LabelSetPerStep => new StepFlagsReader(_ectx, row, Column, Classes),
            LabelKind.LabelSet => HasKeys ? new KeySetReader(row, Column) : new FlagsReader(_ectx, row, Column),
            _ => throw Unknown(Kind),
        };

    private static string Hint(LabelKind kind, string name, DataViewType found) =>
        kind switch
        {
            LabelKind.Key or LabelKind.KeyPerStep or LabelKind.LabelSet => "",
            LabelKind.Boolean => ConversionHint.For(name, found, DataKind.Boolean),
            LabelKind.LabelSetPerStep when found is BooleanDataViewType => "",
            LabelKind.Numbers or LabelKind.LabelSetPerStep => ConversionHint.For(name, found, DataKind.Single),
            _ => throw Unknown(kind),
        };

    private static string KeyHint(LabelKind kind) =>
        kind == LabelKind.LabelSetPerStep ? " (for keys, one class at each step, use the trainer RnnSequenceTagger)" : "";

    private static string Expected(LabelKind kind) =>
        kind switch
        {
            LabelKind.Key => "Key<UInt32> of known count (make one with MapValueToKey)",
            LabelKind.KeyPerStep => "a vector of Key<UInt32> of known count, one for each step (make one with MapValueToKey)",
            LabelKind.Boolean => "Boolean",
            LabelKind.Numbers => "Single, or a known-size vector of Single",
            LabelKind.LabelSet => "a known-size vector of Boolean (make one with Concatenate), or a vector of Key<UInt32> of known count "
                + "(make one with MapValueToKey of a vector)",
            LabelKind.LabelSetPerStep => "a vector of Boolean, or of Single 0 and 1, with a value for each label of each step, step after "
                + "step",
            _ => throw Unknown(kind),
        };

    private static ArgumentOutOfRangeException Unknown(LabelKind kind) => new(nameof(kind), kind, $"There is no label of the kind {kind}.");
}
