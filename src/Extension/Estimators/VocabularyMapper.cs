using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators;

/// <summary>The column of words of a vocabulary.</summary>
internal static class WordColumn
{
    /// <summary>Its role in errors.</summary>
    public const string Role = "word";

    /// <summary>Its type in errors.</summary>
    public const string Expected = "Text or a vector of Text, such as the words of TokenizeIntoWords";

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static DataViewSchema.Column Bind(IExceptionContext ectx, DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        if (column.Type.GetItemType() is not TextDataViewType)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name, Expected, column.Type.ToString());
        return column;
    }
}

/// <summary>The keys of a vocabulary: a token plus 1, and 0 for a missing one.</summary>
internal sealed class VocabularyKeys
{
    public VocabularyKeys(WordTable table)
    {
        Table = table;
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddKeyTexts(table.Words);
        Annotations = annotations.ToAnnotations();
    }

    public WordTable Table { get; }

    /// <summary>Annotations of the keys' values alone.</summary>
    public DataViewSchema.Annotations Annotations { get; }

    public uint Of(ReadOnlyMemory<char> word) => Table.TokenOf(word.Span) is int token ? (uint)token + 1 : 0;
}

/// <summary>A vocabulary bound to an input schema: the keys of words, row by row.</summary>
/// <param name="host">Creates the errors.</param>
/// <param name="transformer">The transformer.</param>
/// <param name="keys">Its keys.</param>
/// <param name="output">Name of the column of keys.</param>
/// <param name="words">The column of words.</param>
internal sealed class VocabularyMapper(
    IHost host,
    ITransformer transformer,
    VocabularyKeys keys,
    string output,
    DataViewSchema.Column words
) : IRowMapper, ISaveAsOnnx
{
    private const int OpSet = 9;
    private const long UnknownKey = WordTable.UnknownToken + 1;

    public DataViewSchema.DetachedColumn[] GetOutputColumns() => [new(output, KeyType, Annotations())];

    public ITransformer GetTransformer() => transformer;

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput) =>
        activeOutput(0) ? column => column == words.Index : static _ => false;

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
    {
        disposer = static () => { };
        if (!activeOutput(0))
            return new Delegate[1];
        return [words.Type is VectorDataViewType ? VectorGetter(input) : ScalarGetter(input)];
    }

    public void Save(ModelSaveContext ctx) => transformer.Save(ctx);

    public bool CanSaveOnnx(OnnxContext ctx) => true;

    public void SaveAsOnnx(OnnxContext ctx)
    {
        if (keys.Table.Form != default)
            throw host.Except(
                $"ConvertToOnnx cannot convert the vocabulary of column '{words.Name}', as it maps words to lower case or folds digits, "
                    + "for which ONNX has no operator that computes the same: change the words before LearnVocabulary, without LowerCase "
                    + "and FoldDigits, or convert the transformers after it, which read keys."
            );
        ctx.CheckOpSetVersion(OpSet, "LearnVocabulary");
        if (!ctx.ContainsColumn(words.Name))
            return;
        string source = ctx.GetVariableName(words.Name),
            numbers = ctx.AddIntermediateVariable(null, $"RnnMlNet.{output}", skip: true),
            result = ctx.AddIntermediateVariable(KeyType, output);
        OnnxNode encoder = ctx.CreateNode("LabelEncoder", source, numbers, ctx.GetNodeName("LabelEncoder"));
        encoder.AddAttribute("keys_strings", keys.Table.Words.Append(""));
        encoder.AddAttribute("values_int64s", Enumerable.Range(1, keys.Table.Words.Count).Append(0).Select(key => (long)key));
        encoder.AddAttribute("default_int64", UnknownKey);
        OnnxNode cast = ctx.CreateNode("Cast", numbers, result, ctx.GetNodeName("Cast"), "");
        cast.AddAttribute("to", typeof(uint));
    }

    private DataViewType KeyType
    {
        get
        {
            var key = new KeyDataViewType(typeof(uint), keys.Table.Words.Count);
            return words.Type is VectorDataViewType vector ? new VectorDataViewType(key, vector.Dimensions) : key;
        }
    }

    // The same annotations wherever the words have none: readers of the keys' values remember them by their annotations.
    private DataViewSchema.Annotations Annotations()
    {
        if (words.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames) is null)
            return keys.Annotations;
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(keys.Annotations, _ => true);
        annotations.Add(words.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
        return annotations.ToAnnotations();
    }

    private ValueGetter<uint> ScalarGetter(DataViewRow input)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = input.GetGetter<ReadOnlyMemory<char>>(words);
        ReadOnlyMemory<char> word = default;
        return (ref uint key) =>
        {
            getter(ref word);
            key = keys.Of(word);
        };
    }

    private ValueGetter<VBuffer<uint>> VectorGetter(DataViewRow input)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = input.GetGetter<VBuffer<ReadOnlyMemory<char>>>(words);
        VBuffer<ReadOnlyMemory<char>> row = default;
        return (ref VBuffer<uint> result) =>
        {
            getter(ref row);
            ReadOnlySpan<ReadOnlyMemory<char>> values = row.GetValues();
            VBufferEditor<uint> editor = VBufferEditor.Create(ref result, row.Length, values.Length);
            for (int i = 0; i < values.Length; i++)
                editor.Values[i] = keys.Of(values[i]);
            // Absent entries of a sparse vector are empty words, and absent keys missing ones.
            if (!row.IsDense)
                row.GetIndices().CopyTo(editor.Indices);
            result = editor.Commit();
        };
    }
}
