using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>The columns of a long table, found and checked: how a row becomes a record, and the columns that grouping gives.</summary>
internal sealed class GroupingBinding
{
    // A record begins with the order (Key, then Extra) and the index of the static values, where there are such.
    private const int OrderWords = 3;

    private readonly List<(LabelColumn Label, int Word)> _labels = [];
    private readonly List<(StepFeatures Steps, int Word)> _steps = [];

    private GroupingBinding(IExceptionContext ectx, DataViewSchema schema, SequenceGroupingOptions options, SchemaShape shape)
    {
        Options = options;
        Keys = new TupleColumns(options.KeyColumnNames.Select(name => schema[name]));
        Statics = new TupleColumns(options.StaticColumnNames.Select(name => schema[name]));
        Order = options.OrderColumnName is string order ? OrderColumn.Of(schema[order]) : null;
        StaticWord = Order is null ? 0 : OrderWords;
        Words = StaticWord + (Statics.Count > 0 ? 1 : 0);
        bool hasMask = options.Gaps?.Rule == SequenceGapRule.Mask;
        foreach (SequenceStepColumns columns in options.Columns)
        {
            DataViewSchema.Column[] found =
            [
                .. columns.StepColumnNames.Select(name =>
                    columns.StepColumnNames.Count == 1 ? Mapped(ectx, schema, "step", name) : schema[name]
                ),
            ];
            _steps.Add((Steps(ectx, columns.OutputColumnName, found, hasMask), Words));
            Words += _steps[^1].Steps.Words;
        }
        StepWords = (StaticWord + (Statics.Count > 0 ? 1 : 0))..Words;
        foreach (SequenceLabel label in GroupingShape.LabelsIn(shape, options, needsLabels: false))
        {
            DataViewSchema.Column? found =
                label.InputColumnName is not string name ? null
                : label.Rule == SequenceLabelRule.EveryStep ? Mapped(ectx, schema, "label", name)
                : schema[name];
            _labels.Add((LabelColumn.Of(label, found), Words));
            Words += _labels[^1].Label.Words;
        }
        Output = OutputSchema();
    }

    public SequenceGroupingOptions Options { get; }

    public TupleColumns Keys { get; }

    public TupleColumns Statics { get; }

    /// <summary>The column of times; null where rows are in their order.</summary>
    public OrderColumn? Order { get; }

    /// <summary>The word of a record with the index of its static values.</summary>
    public int StaticWord { get; }

    /// <summary>The words of a record with the values of its step.</summary>
    public Range StepWords { get; }

    /// <summary>Words (of 4 bytes) of a record.</summary>
    public int Words { get; }

    /// <summary>The columns of sequences, by their features: F, or 0 for keys.</summary>
    public IReadOnlyList<int> Features => [.. _steps.Select(steps => steps.Steps.Features)];

    /// <summary>The columns that grouping gives.</summary>
    public DataViewSchema Output { get; }

    /// <summary>Finds and checks the columns.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="schema">The long table's columns, with those of <see cref="TextKeys"/>.</param>
    /// <param name="options">The definition, checked.</param>
    /// <param name="needsLabels">Whether labels without their column are an error, else they are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static GroupingBinding Bind(IExceptionContext ectx, DataViewSchema schema, SequenceGroupingOptions options, bool needsLabels)
    {
        SchemaShape shape = SchemaShape.Create(schema);
        GroupingShape.Outputs(ectx, shape, options, needsLabels);
        return new GroupingBinding(ectx, schema, options, shape);
    }

    /// <summary>The input columns that are read.</summary>
    public IEnumerable<DataViewSchema.Column> InputsOf(DataViewSchema schema)
    {
        IEnumerable<string> names =
        [
            .. Options.KeyColumnNames,
            .. Options.StaticColumnNames,
            .. Options.Columns.SelectMany(columns => columns.StepColumnNames),
            .. Options.Labels.Select(label => label.InputColumnName).OfType<string>(),
            .. new[] { Options.OrderColumnName }.OfType<string>(),
        ];
        return names
            .Distinct(StringComparer.Ordinal)
            .SelectMany(name => new[] { name, TextKeys.NameOf(name) })
            .Select(schema.GetColumnOrNull)
            .OfType<DataViewSchema.Column>();
    }

    /// <summary>A time for an error message: <c> at the Time 3</c>.</summary>
    public string AtText(RowOrder time) => $" at the {Order!.Column.Name} {Order.Text(time)}";

    /// <summary>The order of a record.</summary>
    public static RowOrder OrderOf(ReadOnlySpan<float> record) => new(KeyRows.Read<long>(record, 0), KeyRows.Read<int>(record, 2));

    /// <summary>Sets the order of a record.</summary>
    public static void SetOrder(Span<float> record, RowOrder order)
    {
        KeyRows.Write(record, 0, order.Key);
        KeyRows.Write(record, 2, order.Extra);
    }

    /// <summary>Readers of a row's step and label columns, each with its first word in a record and the number of its words.</summary>
    public IEnumerable<(StepReading Read, int Word, int Words)> Readings(DataViewRow row, GroupingTables tables)
    {
        foreach (var (steps, word) in _steps)
            yield return (steps.Open(row), word, steps.Words);
        foreach (var (label, word) in _labels)
            if (label.Open(row, tables) is StepReading read)
                yield return (read, word, label.Words);
    }

    /// <summary>A getter of an output column.</summary>
    public Delegate MakeGetter(int column, GroupedRow current)
    {
        if (column < Keys.Count)
            return Keys.MakeGetter(column, () => current.Rows.Key);
        column -= Keys.Count;
        if (column < Statics.Count)
            return Statics.MakeGetter(column, () => current.Tables.Statics[KeyRows.Read<int>(current.Step(0), StaticWord)]);
        column -= Statics.Count;
        if (column < _steps.Count)
            return _steps[column].Steps.MakeGetter(current, _steps[column].Word);
        column -= _steps.Count;
        if (column < _labels.Count)
            return _labels[column].Label.MakeGetter(current, _labels[column].Word);
        var (name, ofSteps) = Options.TimeColumns().ElementAt(column - _labels.Count);
        if (ofSteps)
            return Order!.MakeStepsGetter(() => current.Count, t => OrderOf(current.Step(t)));
        return Order!.MakeGetter(() => OrderOf(current.Step(name == Options.FirstTimeColumnName ? 0 : current.Count - 1)));
    }

    private DataViewSchema OutputSchema()
    {
        var builder = new DataViewSchema.Builder();
        for (int i = 0; i < Keys.Count; i++)
            builder.AddColumn(Keys[i].Name, Keys[i].Type, Keys[i].Annotations);
        for (int i = 0; i < Statics.Count; i++)
            builder.AddColumn(Statics[i].Name, Statics[i].Type, Statics[i].Annotations);
        foreach (var (steps, _) in _steps)
            builder.AddColumn(steps.Name, steps.Type, steps.Annotations);
        foreach (var (label, _) in _labels)
            builder.AddColumn(label.Name, label.Type, label.Annotations);
        if (Order is not null)
            foreach (var (time, ofSteps) in Options.TimeColumns())
                builder.AddColumn(time, ofSteps ? new VectorDataViewType((PrimitiveDataViewType)Order.Column.Type) : Order.Column.Type);
        return builder.ToSchema();
    }

    private static StepFeatures Steps(IExceptionContext ectx, string name, DataViewSchema.Column[] columns, bool hasMask) =>
        columns is [{ Type: KeyDataViewType }] ? KeySteps.Of(ectx, name, columns[0], hasMask) : new NumberSteps(name, columns, hasMask);

    // A column of Text as the keys that it is mapped to.
    private static DataViewSchema.Column Mapped(IExceptionContext ectx, DataViewSchema schema, string role, string name) =>
        schema[name].Type is not TextDataViewType
            ? schema[name]
            : schema.GetColumnOrNull(TextKeys.NameOf(name))
                ?? throw ectx.ExceptSchemaMismatch(
                    nameof(schema),
                    role,
                    name,
                    "a column of the type in Fit",
                    schema[name].Type.ToString()!
                );
}
