using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data.Grouping;
using RnnMlNet.Estimators;
using RnnMlNet.Models;

[assembly: LoadableClass(
    typeof(SequenceGroupingTransformer),
    null,
    typeof(SignatureLoadModel),
    SequenceGroupingTransformer.UserName,
    SequenceGroupingTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Groups the rows of a long table into sequences: the result of <see cref="SequenceGroupingEstimator"/>'s Fit, saved and loaded with its
/// pipeline. Thread-safe, apart from changes of its properties.
/// </summary>
/// <remarks>
/// Nothing is read until a cursor moves. Rows in any order are then read once, and sorted in memory, or beyond
/// <see cref="SequenceGroupingOptions.StoreMemoryLimit"/> in a temporary file; every cursor reads them again, unless another is open.
/// </remarks>
public sealed class SequenceGroupingTransformer : ITransformer, ISequenceGrouping
{
    internal const string UserName = "Grouping of rows into sequences";
    internal const string LoaderSignature = "RnnSequenceGrouping";

    private readonly IHost _host;
    private readonly IReadOnlyList<TextKeyColumn> _textKeys;
    private readonly IReadOnlyList<int> _features;
    private SequenceGroupingOptions _options;

    internal SequenceGroupingTransformer(
        IHostEnvironment env,
        SequenceGroupingOptions options,
        IReadOnlyList<TextKeyColumn> textKeys,
        DataViewSchema schema
    )
    {
        _host = env.Register(LoaderSignature);
        (_options, _textKeys) = (options, textKeys);
        _features = GroupingBinding.Bind(_host, Mapped(schema), options, needsLabels: true).Features;
    }

    private SequenceGroupingTransformer(IHost host, ModelLoadContext ctx)
    {
        _host = host;
        (_options, _features, IReadOnlyList<string> columns) = SequenceGroupingFormat.Read(host, ctx.Reader);
        var textKeys = new TextKeyColumn[columns.Count];
        for (int i = 0; i < textKeys.Length; i++)
        {
            ctx.LoadModel<ITransformer, SignatureLoadModel>(host, out ITransformer keys, TextKeyColumn.Folder(i));
            textKeys[i] = new TextKeyColumn(columns[i], keys);
        }
        _textKeys = textKeys;
    }

    IReadOnlyList<SequenceStepColumns> ISequenceGrouping.StepColumns => _options.Columns;

    IEnumerable<(string Column, ITransformer Keys)> ISequenceGrouping.TextMappings =>
        _textKeys.Select(column => (column.Name, column.Keys));

    private static SequenceGroupingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo), ctx);

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNSEQGR", LoaderSignature);

    /// <summary>
    /// The rows that each sequence gives. It may be set to others than in Fit: a model that is trained on sliding windows scores the last
    /// window of each sequence with <c>SequenceWindows.Last(length)</c>. Applies to views that Transform creates afterwards, and is saved
    /// with the model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A value of the windows is out of its range.</exception>
    public SequenceWindows Windows
    {
        get => _options.Windows;
        set
        {
            GroupingCheck.CheckWindows(_host, value);
            Change(options => options.Windows = value);
        }
    }

    /// <summary>
    /// Whether the rows of each key follow each other, in the order of time: see <see cref="SequenceGroupingOptions.IsGrouped"/>. Applies
    /// to views that Transform creates afterwards, and is saved with the model.
    /// </summary>
    public bool IsGrouped
    {
        get => _options.IsGrouped;
        set => Change(options => options.IsGrouped = value);
    }

    /// <summary>
    /// Bytes of memory for rows in any order: see <see cref="SequenceGroupingOptions.StoreMemoryLimit"/>. Applies to views that Transform
    /// creates afterwards; not saved with the model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    public long? StoreMemoryLimit
    {
        get => _options.StoreMemoryLimit;
        set => Change(options => options.StoreMemoryLimit = value);
    }

    /// <summary>
    /// The folder of the temporary file: see <see cref="SequenceGroupingOptions.StoreDirectory"/>. Applies to views that Transform creates
    /// afterwards; not saved with the model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such folder.</exception>
    public string? StoreDirectory
    {
        get => _options.StoreDirectory;
        set => Change(options => options.StoreDirectory = value);
    }

    /// <summary>Returns the columns of the sequences of a long table.</summary>
    /// <param name="inputSchema">The long table's columns. Columns of labels may be missing.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or a time step has another number of values
    /// than in Fit.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return Bind(Mapped(inputSchema)).Output;
    }

    /// <summary>Returns the sequences of a long table. Nothing is read until a cursor moves.</summary>
    /// <param name="input">The long table. Columns of labels may be missing.</param>
    /// <returns>A row for each window of each sequence.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or a time step has another number of values
    /// than in Fit.</exception>
    public IDataView Transform(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        // Columns are checked before any is mapped, as only then the errors name them by their role.
        GroupingBinding binding = Bind(Mapped(input.Schema));
        IDataView mapped = input;
        foreach (TextKeyColumn column in TextKeysIn(input.Schema))
            mapped = column.Keys.Transform(mapped);
        return new GroupedView(_host, mapped, _textKeys.Count == 0 ? binding : Bind(mapped.Schema));
    }

    bool ITransformer.IsRowToRowMapper => false;

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw _host.Except(
            "A sequence consists of several rows, so a PredictionEngine cannot group a single one: use Transform, or give the rest of the "
                + "chain whole sequences."
        );

    /// <summary>The columns whose values identify a sequence.</summary>
    internal IReadOnlyList<string> KeyColumnNames => _options.KeyColumnNames;

    /// <summary>The definition of the sequences as text, without their windows.</summary>
    internal string Definition =>
        $"rows of {string.Join(", ", _options.KeyColumnNames)} by {_options.OrderColumnName ?? "their order"}, static columns "
        + $"{string.Join(", ", _options.StaticColumnNames)}, gaps "
        + (_options.Gaps is SequenceGaps gaps ? $"{gaps.Rule} {gaps.TimeStep} {gaps.MaxFilledSteps}" : "none");

    /// <summary>Maps a row of the long table to its steps: for an engine that keeps the state of each sequence.</summary>
    /// <param name="inputSchema">The long table's columns.</param>
    /// <param name="rows">Places a row among those of its key.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    internal IRowToRowMapper MapSteps(DataViewSchema inputSchema, StreamedRows rows)
    {
        DataViewSchema schema = inputSchema;
        var mappers = new List<IRowToRowMapper>();
        foreach (TextKeyColumn column in TextKeysIn(inputSchema))
        {
            mappers.Add(column.Keys.GetRowToRowMapper(schema));
            schema = mappers[^1].OutputSchema;
        }
        mappers.Add(new StepMapper(_host, schema, Bind(schema), rows));
        return new CompositeRowToRowMapper(inputSchema, [.. mappers]);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        _host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo);

        // *** Binary format ***
        // section: the definition (SequenceGroupingFormat)
        // for each column of Text that is mapped to keys a sub-model "TextKeys_i"
        SequenceGroupingFormat.Write(ctx.Writer, _options, _features, [.. _textKeys.Select(column => column.Name)]);
        for (int i = 0; i < _textKeys.Count; i++)
            ctx.SaveModel(_textKeys[i].Keys, TextKeyColumn.Folder(i));
    }

    private void Change(Action<SequenceGroupingOptions> change)
    {
        SequenceGroupingOptions options = _options.Clone();
        change(options);
        GroupingCheck.Check(_host, options);
        _options = options;
    }

    private GroupingBinding Bind(DataViewSchema schema)
    {
        var binding = GroupingBinding.Bind(_host, schema, _options, needsLabels: false);
        for (int i = 0; i < _features.Count; i++)
            if (binding.Features[i] != _features[i])
                throw _host.ExceptSchemaMismatch(
                    nameof(schema),
                    "step",
                    string.Join(", ", _options.Columns[i].StepColumnNames),
                    StepText(_features[i]) + ", as in Fit",
                    StepText(binding.Features[i])
                );
        return binding;
    }

    private static string StepText(int features) => features == 0 ? "a key for each time step" : $"{features} values for each time step";

    private DataViewSchema Mapped(DataViewSchema schema) =>
        TextKeysIn(schema).Aggregate(schema, (mapped, column) => column.Keys.GetOutputSchema(mapped));

    private IEnumerable<TextKeyColumn> TextKeysIn(DataViewSchema schema) =>
        _textKeys.Where(column => schema.GetColumnOrNull(column.Name) is not null);
}

/// <summary>A column of Text, and the keys that Fit has learned of it.</summary>
/// <param name="Name">The column.</param>
/// <param name="Keys">Adds the column of keys.</param>
internal sealed record TextKeyColumn(string Name, ITransformer Keys)
{
    /// <summary>The folder of the keys in a model file.</summary>
    public static string Folder(int index) => $"TextKeys_{index}";
}
