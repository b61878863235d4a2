using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>The names of the columns of subwords.</summary>
/// <param name="Output">The keys to add.</param>
/// <param name="Input">The texts.</param>
/// <param name="Label">The words' labels; null for none.</param>
/// <param name="PieceLabel">The pieces' labels to add; null for none.</param>
/// <param name="WordIndex">The pieces' words to add; null for none.</param>
internal sealed record SubwordColumns(string Output, string Input, string? Label, string? PieceLabel, string? WordIndex)
{
    public const string TextRole = "text",
        TextExpected = "Text or a vector of Text",
        LabelRole = "label",
        LabelExpected = "a vector of keys of UInt32, one for each word";
}

/// <summary>Subwords bound to an input schema: the keys of pieces, row by row.</summary>
internal sealed class SubwordMapper : IRowMapper, ISaveAsOnnx
{
    private readonly IHost _host;
    private readonly ITransformer _transformer;
    private readonly SubwordKeys _keys;
    private readonly SubwordColumns _names;
    private readonly DataViewSchema.Column _texts;
    private readonly DataViewSchema.Column? _labels;
    private readonly DataViewSchema.DetachedColumn[] _outputs;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public SubwordMapper(
        IHost host,
        ITransformer transformer,
        SubwordKeys keys,
        DataViewSchema.Annotations values,
        SubwordColumns names,
        DataViewSchema schema
    )
    {
        (_host, _transformer, _keys, _names) = (host, transformer, keys, names);
        _texts = Bind(host, schema, names.Input);
        _labels = names.Label is null ? null : BindLabels(host, schema, names.Label);
        var outputs = new List<DataViewSchema.DetachedColumn>
        {
            new(names.Output, new VectorDataViewType(new KeyDataViewType(typeof(uint), keys.Values.Count)), values),
        };
        if (names.WordIndex is not null)
            outputs.Add(new(names.WordIndex, new VectorDataViewType(NumberDataViewType.Int32), null));
        if (_labels is DataViewSchema.Column labels)
            outputs.Add(
                new(names.PieceLabel!, new VectorDataViewType((KeyDataViewType)labels.Type.GetItemType()), KeyValues(labels.Annotations))
            );
        _outputs = [.. outputs];
    }

    public DataViewSchema.DetachedColumn[] GetOutputColumns() => _outputs;

    public ITransformer GetTransformer() => _transformer;

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool[] active = [.. Enumerable.Range(0, _outputs.Length).Select(activeOutput)];
        int? labels = active.Length > 0 && IsLabelActive(active) ? _labels!.Value.Index : null;
        return column => (active.Any(isActive => isActive) && column == _texts.Index) || column == labels;
    }

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
    {
        disposer = static () => { };
        bool[] active = [.. Enumerable.Range(0, _outputs.Length).Select(activeOutput)];
        var getters = new Delegate[_outputs.Length];
        if (!active.Any(isActive => isActive))
            return getters;
        var row = new SubwordRow(_keys, input, _texts);
        int next = 0;
        if (active[next])
            getters[next] = (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> target) => Copy(row.Read().Keys, ref target));
        if (_names.WordIndex is not null && active[++next])
            getters[next] = (ValueGetter<VBuffer<int>>)((ref VBuffer<int> target) => Copy(row.Read().Words, ref target));
        if (IsLabelActive(active))
            getters[^1] = LabelGetter(row, input);
        return getters;
    }

    public void Save(ModelSaveContext ctx) => _transformer.Save(ctx);

    public bool CanSaveOnnx(OnnxContext ctx) => true;

    public void SaveAsOnnx(OnnxContext ctx) =>
        throw _host.Except(
            $"ConvertToOnnx cannot convert TokenizeIntoSubwords, which makes the keys of column '{_names.Output}', as ONNX has no operator "
                + "that encodes texts so: convert the transformers after it, which read keys, and make these in the application, with "
                + "SubwordTransformer.Encode."
        );

    private bool IsLabelActive(bool[] active) => _labels is not null && active[^1];

    private ValueGetter<VBuffer<uint>> LabelGetter(SubwordRow row, DataViewRow input)
    {
        DataViewSchema.Column column = _labels!.Value;
        ValueGetter<VBuffer<uint>> getter = input.GetGetter<VBuffer<uint>>(column);
        VBuffer<uint> labels = default;
        var result = new List<uint>();
        return (ref VBuffer<uint> target) =>
        {
            getter(ref labels);
            var (keys, words, count) = row.Read();
            if (labels.Length != count)
                throw _host.Except(
                    $"Row {input.Position} has {labels.Length} labels in column '{column.Name}' and {count} words in column "
                        + $"'{_texts.Name}'; expected as many: give a label for each word."
                );
            result.Clear();
            for (int i = 0; i < keys.Count; i++)
                result.Add(i == 0 || words[i] != words[i - 1] ? labels.GetItemOrDefault(words[i]) : 0);
            Copy(result, ref target);
        };
    }

    private static void Copy<T>(List<T> values, ref VBuffer<T> target)
    {
        var editor = VBufferEditor.Create(ref target, values.Count);
        values.CopyTo(editor.Values);
        target = editor.Commit();
    }

    private static DataViewSchema.Column Bind(IExceptionContext ectx, DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw ectx.ExceptSchemaMismatch(nameof(schema), SubwordColumns.TextRole, name);
        return column.Type.GetItemType() is TextDataViewType
            ? column
            : throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                SubwordColumns.TextRole,
                name,
                SubwordColumns.TextExpected,
                column.Type.ToString()
            );
    }

    // Rows to score have no labels.
    private static DataViewSchema.Column? BindLabels(IExceptionContext ectx, DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            return null;
        return column.Type is VectorDataViewType { ItemType: KeyDataViewType { RawType: Type raw } } && raw == typeof(uint)
            ? column
            : throw ectx.ExceptSchemaMismatch(
                nameof(schema),
                SubwordColumns.LabelRole,
                name,
                SubwordColumns.LabelExpected,
                column.Type.ToString()
            );
    }

    private static DataViewSchema.Annotations KeyValues(DataViewSchema.Annotations labels)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(labels, name => name == AnnotationUtils.Kinds.KeyValues);
        return annotations.ToAnnotations();
    }
}

/// <summary>The pieces of a cursor's current row, encoded once for all getters.</summary>
internal sealed class SubwordRow
{
    private readonly SubwordKeys _keys;
    private readonly DataViewRow _input;
    private readonly Action _encode;
    private readonly List<uint> _pieces = [];
    private readonly List<int> _words = [];
    private int _count;
    private long _position = -1;

    public SubwordRow(SubwordKeys keys, DataViewRow input, DataViewSchema.Column texts)
    {
        (_keys, _input) = (keys, input);
        _encode = texts.Type is VectorDataViewType ? Vectors(texts) : Scalars(texts);
    }

    /// <summary>The pieces' keys, the number of each one's word, and the number of words.</summary>
    public (List<uint> Keys, List<int> Words, int Count) Read()
    {
        if (_position != _input.Position)
        {
            _pieces.Clear();
            _words.Clear();
            _count = 0;
            _encode();
            _position = _input.Position;
        }
        return (_pieces, _words, _count);
    }

    private Action Scalars(DataViewSchema.Column texts)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = _input.GetGetter<ReadOnlyMemory<char>>(texts);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            Add(_keys.Encode(text.Span, _pieces));
        };
    }

    private Action Vectors(DataViewSchema.Column texts)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = _input.GetGetter<VBuffer<ReadOnlyMemory<char>>>(texts);
        VBuffer<ReadOnlyMemory<char>> row = default;
        return () =>
        {
            getter(ref row);
            foreach (ReadOnlyMemory<char> word in row.DenseValues())
            {
                int pieces = _keys.Encode(word.Span, _pieces);
                // A missing key, so that each word has a step.
                if (pieces == 0)
                    _pieces.Add(0);
                Add(Math.Max(1, pieces));
            }
        };
    }

    private void Add(int pieces)
    {
        for (int i = 0; i < pieces; i++)
            _words.Add(_count);
        _count++;
    }
}
