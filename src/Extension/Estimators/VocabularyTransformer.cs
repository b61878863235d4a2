using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model;
using Microsoft.ML.Runtime;
using RnnMlNet;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Sequences;

[assembly: LoadableClass(
    typeof(VocabularyTransformer),
    null,
    typeof(SignatureLoadModel),
    VocabularyTransformer.UserName,
    VocabularyTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Maps words to the keys of a vocabulary: the result of <see cref="VocabularyEstimator"/>'s Fit, saved and loaded with its pipeline.
/// Thread-safe.
/// </summary>
public sealed class VocabularyTransformer : ITransformer, IWordMapping
{
    internal const string UserName = "Keys of the words of a vocabulary";
    internal const string LoaderSignature = "RnnVocabulary";

    private const string What = "The model file's part 'vocabulary'";
    private const int Version = 1;

    private readonly IHost _host;
    private readonly string _output;
    private readonly string _input;
    private readonly WordTable _table;
    private readonly VocabularyKeys _keys;

    internal VocabularyTransformer(IHostEnvironment env, string output, string input, WordTable table)
    {
        _host = env.Register(LoaderSignature);
        (_output, _input, _table, _keys) = (output, input, table, new VocabularyKeys(table));
    }

    private static VocabularyTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        return ChecksummedSection.Read(ctx.Reader, Version, What, (payload, _) => Read(host, payload), isUnpacked: true);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNVOCAB", LoaderSignature);

    /// <summary>
    /// The values of the keys 1, 2, ...: first the name of unknown words, then the words of the vocabulary, those with the most occurrences
    /// first.
    /// </summary>
    public IReadOnlyList<string> Words => _table.Words;

    string IWordMapping.OutputColumnName => _output;

    string IWordMapping.InputColumnName => _input;

    WordTable IWordMapping.Table => _table;

    /// <summary>Returns the input columns and the column of keys.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of words is missing or of the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return RowToRowMapperTransform.GetOutputSchema(inputSchema, Map(inputSchema));
    }

    /// <summary>Adds the column of keys. Nothing is read until a cursor moves.</summary>
    /// <param name="input">The rows.</param>
    /// <returns>The rows with the column of keys.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of words is missing or of the wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        return new RowToRowMapperTransform(_host, input, Map(input.Schema), Map);
    }

    bool ITransformer.IsRowToRowMapper => true;

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return new RowToRowMapperTransform(_host, new EmptyDataView(_host, inputSchema), Map(inputSchema), Map);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        _host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo);
        ChecksummedSection.Write(ctx.Writer, Version, Write);
    }

    private VocabularyMapper Map(DataViewSchema schema) => new(_host, this, _keys, _output, WordColumn.Bind(_host, schema, _input));

    // *** Binary format ***
    // strings: output column, input column
    // bools: lower case, digits are folded
    // int: number of words, and the words, first the name of unknown ones
    private void Write(BinaryWriter payload)
    {
        payload.Write(_output);
        payload.Write(_input);
        payload.Write(_table.Form.LowersCase);
        payload.Write(_table.Form.FoldsDigits);
        payload.Write(Words.Count);
        foreach (string word in Words)
            payload.Write(word);
    }

    private static VocabularyTransformer Read(IHost host, PayloadReader payload)
    {
        string output = payload.ReadString(),
            input = payload.ReadString();
        var form = new WordForm(payload.ReadBoolean(), payload.ReadBoolean());
        var words = new string[payload.ReadCount(elementBytes: 1, "words")];
        for (int i = 0; i < words.Length; i++)
            words[i] = payload.ReadString();
        if (output.Length == 0 || input.Length == 0)
            throw host.ExceptDecode($"{What} is damaged: a column has no name.");
        if (words.Length < 2 || words.Contains("") || words.Distinct(StringComparer.Ordinal).Count() < words.Length)
            throw host.ExceptDecode($"{What} is damaged: of its {words.Length} words one is missing, empty, or there twice.");
        return new VocabularyTransformer(host, output, input, new WordTable(words, form, hasUnknown: true));
    }
}
