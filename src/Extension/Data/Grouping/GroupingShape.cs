using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace RnnMlNet.Data.Grouping;

/// <summary>The columns of a long table, checked by their shape, and the columns that grouping promises.</summary>
internal sealed class GroupingShape
{
    private const string KeyRole = "key",
        OrderRole = "order",
        StepRole = "step",
        StaticRole = "static",
        LabelRole = "label";

    private const string ExpectedKey = "Text, a key, an integer, Boolean, DateTime, DateTimeOffset or TimeSpan",
        ExpectedOrder = "DateTime, DateTimeOffset or a number",
        ExpectedNumbers = "numbers or Booleans, scalars or known-size vectors",
        ExpectedStep = $"{ExpectedNumbers}, or a scalar key or Text",
        ExpectedStatic = "Text, keys, numbers, Booleans or times, scalars or vectors";

    private readonly IExceptionContext _ectx;
    private readonly SchemaShape _schema;
    private readonly SequenceGroupingOptions _options;

    private GroupingShape(IExceptionContext ectx, SchemaShape schema, SequenceGroupingOptions options)
    {
        (_ectx, _schema, _options) = (ectx, schema, options);
    }

    /// <summary>Checks the columns, and returns those that grouping makes of them.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="schema">The long table's columns, with those of <see cref="TextKeys"/> where they are known.</param>
    /// <param name="options">The definition.</param>
    /// <param name="needsLabels">Whether labels without their column are an error, else they are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static SchemaShape Outputs(IExceptionContext ectx, SchemaShape schema, SequenceGroupingOptions options, bool needsLabels)
    {
        var shape = new GroupingShape(ectx, schema, options);
        return new SchemaShape([
            .. options.KeyColumnNames.Select(shape.Key),
            .. options.StaticColumnNames.Select(shape.Static),
            .. options.Columns.Select(shape.Steps),
            .. LabelsIn(schema, options, needsLabels).Select(shape.Label),
            .. shape.Times(),
        ]);
    }

    /// <summary>The labels whose column exists, or all.</summary>
    public static IEnumerable<SequenceLabel> LabelsIn(SchemaShape schema, SequenceGroupingOptions options, bool needsLabels) =>
        options.Labels.Where(label => needsLabels || label.InputColumnName is null || schema.TryFindColumn(label.InputColumnName, out _));

    private SchemaShape.Column Key(string name) =>
        Same(Find(KeyRole, name, ExpectedKey, column => IsScalar(column) && (column.IsKey || CanBeKey(column.ItemType))), name);

    private SchemaShape.Column Static(string name) =>
        Same(Find(StaticRole, name, ExpectedStatic, column => column.ItemType is PrimitiveDataViewType), name);

    private SchemaShape.Column Steps(SequenceStepColumns columns)
    {
        if (columns.StepColumnNames.Count == 1)
        {
            string name = columns.StepColumnNames[0];
            SchemaShape.Column one = Find(
                StepRole,
                name,
                ExpectedStep,
                column => IsNumbers(column) || (IsScalar(column) && (column.IsKey || column.ItemType is TextDataViewType))
            );
            if (!IsNumbers(one))
                return Vector(columns.OutputColumnName, Mapped(one, name));
        }
        foreach (string name in columns.StepColumnNames)
            Find(StepRole, name, ExpectedNumbers, IsNumbers);
        return new SchemaShape.Column(columns.OutputColumnName, VectorKind.VariableVector, NumberDataViewType.Single, isKey: false);
    }

    private SchemaShape.Column Label(SequenceLabel label)
    {
        if (label.InputColumnName is not string name)
            return new SchemaShape.Column(label.OutputColumnName, VectorKind.Scalar, NumberDataViewType.Single, isKey: false);
        SchemaShape.Column column = label.Rule switch
        {
            SequenceLabelRule.First or SequenceLabelRule.Last => Find(
                LabelRole,
                name,
                "Text, Boolean, a number, a key, or a known-size vector of Single",
                column =>
                    IsScalar(column)
                        ? column.IsKey || column.ItemType is TextDataViewType or BooleanDataViewType or NumberDataViewType
                        : column.Kind == VectorKind.Vector && !column.IsKey && column.ItemType == NumberDataViewType.Single
            ),
            SequenceLabelRule.Maximum => Find(
                LabelRole,
                name,
                "Boolean or a number, as Maximum needs",
                column => IsScalar(column) && IsNumbers(column)
            ),
            SequenceLabelRule.EveryStep => Find(
                LabelRole,
                name,
                "a key, Text, Boolean or a number, or a known-size vector of Boolean or numbers, as EveryStep needs",
                column => IsNumbers(column) || IsScalar(column) && (column.IsKey || column.ItemType is TextDataViewType)
            ),
            _ => throw new InvalidOperationException($"There is no label rule {label.Rule} of a column."),
        };
        if (label.Rule != SequenceLabelRule.EveryStep)
            return Same(column, label.OutputColumnName);
        if (!IsScalar(column))
            return StepVectors(label.OutputColumnName, column);
        SchemaShape.Column steps = Mapped(column, name);
        if (_options.Gaps?.Rule is SequenceGapRule.Fill or SequenceGapRule.Mask && !CanBeMissing(steps))
            throw Mismatch(LabelRole, column, "a key, Text, Single or Double, as Gaps fills steps, whose label at every step is missing");
        return Vector(label.OutputColumnName, steps);
    }

    private IEnumerable<SchemaShape.Column> Times()
    {
        if (_options.OrderColumnName is not string name)
            return [];
        SchemaShape.Column time = Find(OrderRole, name, ExpectedOrder, column => IsScalar(column) && !column.IsKey && CanOrder(column));
        return _options
            .TimeColumns()
            .Select(output => new SchemaShape.Column(
                output.Name,
                output.OfSteps ? VectorKind.VariableVector : VectorKind.Scalar,
                time.ItemType,
                isKey: false
            ));
    }

    private bool CanOrder(SchemaShape.Column column)
    {
        bool isMoment = column.ItemType is DateTimeDataViewType or DateTimeOffsetDataViewType;
        if (!isMoment && column.ItemType is not NumberDataViewType)
            return false;
        if (_options.Gaps is SequenceGaps gaps && Series.Frequency.Parse(gaps.TimeStep)!.IsOfNumbers == isMoment)
            throw _ectx.ExceptUserArg(
                nameof(_options.Gaps),
                $"The time step of Gaps is '{gaps.TimeStep}', but the order column '{column.Name}' is {column.GetTypeString()}: give "
                    + (isMoment ? "a time, such as \"1 hour\"." : "the difference of two numbers, such as \"1\".")
            );
        return true;
    }

    /// <summary>A column of Text as the keys that it is mapped to; others as they are.</summary>
    private SchemaShape.Column Mapped(SchemaShape.Column column, string name) =>
        column.ItemType is TextDataViewType && _schema.TryFindColumn(TextKeys.NameOf(name), out SchemaShape.Column mapped)
            ? mapped
            : column;

    private SchemaShape.Column Find(string role, string name, string expected, Func<SchemaShape.Column, bool> fits)
    {
        if (!_schema.TryFindColumn(name, out SchemaShape.Column column))
            throw _ectx.ExceptSchemaMismatch("schema", role, name);
        return fits(column) ? column : throw Mismatch(role, column, expected);
    }

    private Exception Mismatch(string role, SchemaShape.Column column, string expected) =>
        _ectx.ExceptSchemaMismatch("schema", role, column.Name, expected + Hint(role, column), column.GetTypeString());

    private static string Hint(string role, SchemaShape.Column column)
    {
        bool isKey = column.IsKey;
        return role switch
        {
            OrderRole when !isKey => ConversionHint.ForTime(column.Name, column.ItemType),
            KeyRole when !isKey && IsScalar(column) && column.ItemType is NumberDataViewType =>
                $" (make whole numbers of it with mlContext.Transforms.Conversion.ConvertType(\"{column.Name}\", outputKind: "
                    + $"DataKind.Int32))",
            StepRole when IsScalar(column) && isKey =>
                $" (one-hot encode it with mlContext.Transforms.Conversion.MapKeyToVector(\"{column.Name}\"), or give keys a column of "
                    + $"sequences of their own)",
            StepRole when IsScalar(column) && column.ItemType is TextDataViewType =>
                $" (one-hot encode it with mlContext.Transforms.Categorical.OneHotEncoding(\"{column.Name}\"), or give it a column of "
                    + $"sequences of its own)",
            _ => "",
        };
    }

    private static SchemaShape.Column Same(SchemaShape.Column column, string name) =>
        new(name, column.Kind, column.ItemType, column.IsKey, column.Annotations);

    // Keys keep their values.
    private static SchemaShape.Column Vector(string name, SchemaShape.Column item) =>
        new(
            name,
            VectorKind.VariableVector,
            item.ItemType,
            item.IsKey,
            new SchemaShape(item.Annotations.Where(annotation => item.IsKey && annotation.Name == AnnotationUtils.Kinds.KeyValues))
        );

    // Vectors are numbers of Single, and keep the slot names of one.
    private static SchemaShape.Column StepVectors(string name, SchemaShape.Column vector) =>
        new(
            name,
            VectorKind.VariableVector,
            NumberDataViewType.Single,
            isKey: false,
            new SchemaShape(vector.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.SlotNames))
        );

    private static bool IsScalar(SchemaShape.Column column) => column.Kind == VectorKind.Scalar;

    private static bool IsNumbers(SchemaShape.Column column) =>
        column.Kind != VectorKind.VariableVector && !column.IsKey && column.ItemType is NumberDataViewType or BooleanDataViewType;

    private static bool CanBeKey(DataViewType type) =>
        type
            is TextDataViewType
                or BooleanDataViewType
                or DateTimeDataViewType
                or DateTimeOffsetDataViewType
                or TimeSpanDataViewType
                or NumberDataViewType
        && type.RawType != typeof(float)
        && type.RawType != typeof(double);

    private static bool CanBeMissing(SchemaShape.Column column) =>
        column.IsKey || column.ItemType == NumberDataViewType.Single || column.ItemType == NumberDataViewType.Double;
}
