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
    typeof(SubwordTransformer),
    null,
    typeof(SignatureLoadModel),
    SubwordTransformer.UserName,
    SubwordTransformer.LoaderSignature
)]

namespace RnnMlNet;

/// <summary>
/// Encodes texts as keys of subwords: the result of <see cref="SubwordEstimator"/>'s Fit, saved and loaded with its pipeline. Thread-safe.
/// </summary>
public sealed class SubwordTransformer : ITransformer, IUnsupportedByRuntime
{
    internal const string UserName = "Keys of the subwords of texts";
    internal const string LoaderSignature = "RnnSubwords";

    private const string What = "The model file's part 'subwords'";
    private const int Version = 1;

    private readonly IHost _host;
    private readonly SubwordColumns _columns;
    private readonly SubwordKeys _keys;
    private readonly DataViewSchema.Annotations _values;

    internal SubwordTransformer(IHostEnvironment env, SubwordColumns columns, SubwordKeys keys)
    {
        _host = env.Register(LoaderSignature);
        (_columns, _keys) = (columns, keys);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddKeyTexts(keys.Values);
        _values = annotations.ToAnnotations();
    }

    private static SubwordTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = TransformerLoading.Start(env, ctx, LoaderSignature, VersionInfo);
        var (columns, keys) = ChecksummedSection.Read(ctx.Reader, Version, What, (payload, _) => Read(host, payload), isUnpacked: true);
        keys.Tokenizer.Checked();
        return new SubwordTransformer(host, columns, keys);
    }

    private static VersionInfo VersionInfo => ModelVersion.Of("RNNSUBWD", LoaderSignature);

    /// <summary>
    /// The values of the keys 1, 2, ...: first the name of unknown pieces, then the pieces with keys of their own, those with the most
    /// occurrences first. A piece without a text of its own, such as a few bytes of a character, has its number in angle brackets.
    /// </summary>
    public IReadOnlyList<string> Pieces => _keys.Values;

    /// <summary>The tokenizer.</summary>
    public SubwordTokenizer Tokenizer => _keys.Tokenizer;

    /// <summary>
    /// Encodes a text outside of a pipeline: for a network in RnnMlNet.Runtime or ONNX Runtime, which read tokens.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The tokens of its pieces, ids from 0: their keys minus 1.</returns>
    public int[] Encode(string text)
    {
        _host.CheckValue(text, nameof(text));
        var keys = new List<uint>();
        _keys.Encode(text, keys);
        return [.. keys.Select(key => (int)key - 1)];
    }

    IEnumerable<string> IUnsupportedByRuntime.OutputColumnNames =>
        new[] { _columns.Output, _columns.PieceLabel, _columns.WordIndex }.OfType<string>();

    string IUnsupportedByRuntime.Remedy =>
        "save the transformer of the network alone, and make its tokens in the application, where Microsoft.ML.Tokenizers runs, with "
        + "SubwordTransformer.Encode";

    /// <summary>Returns the input columns and the columns that are added.</summary>
    /// <param name="inputSchema">The input columns.</param>
    /// <returns>The output columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return RowToRowMapperTransform.GetOutputSchema(inputSchema, Map(inputSchema));
    }

    /// <summary>Adds the column of keys, and the others of the options. Nothing is read until a cursor moves.</summary>
    /// <param name="input">The rows. Without the column of labels, none of pieces' labels is added.</param>
    /// <returns>The rows with the added columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
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

    private SubwordMapper Map(DataViewSchema schema) => new(_host, this, _keys, _values, _columns, schema);

    // *** Binary format ***
    // strings: output, input, label, label of pieces, word index; empty for none
    // bools: lower case, digits are folded
    // string: name of the key of unknown pieces
    // the tokenizer
    // int: number of pieces with keys; number and text of each
    private void Write(BinaryWriter payload)
    {
        payload.Write(_columns.Output);
        payload.Write(_columns.Input);
        payload.Write(_columns.Label ?? "");
        payload.Write(_columns.PieceLabel ?? "");
        payload.Write(_columns.WordIndex ?? "");
        payload.Write(_keys.Form.LowersCase);
        payload.Write(_keys.Form.FoldsDigits);
        payload.Write(_keys.Values[0]);
        _keys.Tokenizer.Write(payload);
        payload.Write(_keys.Pieces.Count);
        foreach (var (number, text) in _keys.Pieces)
        {
            payload.Write(number);
            payload.Write(text);
        }
    }

    private static (SubwordColumns Columns, SubwordKeys Keys) Read(IHost host, PayloadReader payload)
    {
        string[] names = [.. Enumerable.Range(0, 5).Select(_ => payload.ReadString())];
        var columns = new SubwordColumns(names[0], names[1], NullIfEmpty(names[2]), NullIfEmpty(names[3]), NullIfEmpty(names[4]));
        var form = new WordForm(payload.ReadBoolean(), payload.ReadBoolean());
        string unknown = payload.ReadString();
        var tokenizer = SubwordTokenizer.Read(payload);
        var pieces = new (int Number, string Text)[payload.ReadCount(sizeof(int) + 1, "pieces")];
        for (int i = 0; i < pieces.Length; i++)
            pieces[i] = (payload.ReadInt32(), payload.ReadString());
        if (columns.Output.Length == 0 || columns.Input.Length == 0 || (columns.Label is null) != (columns.PieceLabel is null))
            throw host.ExceptDecode($"{What} is damaged: a column has no name.");
        if (pieces.Length == 0 || pieces.Select(piece => piece.Number).Distinct().Count() < pieces.Length)
            throw host.ExceptDecode($"{What} is damaged: of its {pieces.Length} pieces one is missing, or there twice.");
        return (columns, new SubwordKeys(tokenizer, form, unknown, pieces));
    }

    private static string? NullIfEmpty(string name) => name.Length == 0 ? null : name;
}
