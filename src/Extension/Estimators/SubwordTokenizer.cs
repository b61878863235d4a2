using System.Collections.Concurrent;
using Microsoft.ML.Runtime;
using Microsoft.ML.Tokenizers;

namespace RnnMlNet;

/// <summary>How a text is split before byte pair encoding, which never merges pieces of two parts.</summary>
public enum SubwordSplit
{
    /// <summary>Into words, and the punctuation between them.</summary>
    Words,

    /// <summary>At white space alone.</summary>
    WhiteSpace,

    /// <summary>Into bytes of UTF-8, grouped as GPT-2 and RoBERTa do: a blank is part of the word after it, <c>Ġ</c>.</summary>
    Bytes,
}

/// <summary>
/// A tokenizer of Microsoft.ML.Tokenizers with the files that it is made of, so that a pipeline with it can be saved: a model file holds
/// the files' content, and needs none of them where it is loaded. Thread-safe.
/// </summary>
public sealed partial class SubwordTokenizer
{
    // Encoded where the tokenizer is a registered one, to find out whether another one is registered where a model is loaded.
    private const string Probe = "The quick brown fox, 1,309 lazy dogs: naïveté! Zażółć.";

    private static readonly ConcurrentDictionary<string, Func<Tokenizer>> _registered = new(StringComparer.Ordinal);

    private readonly Kind _kind;
    private readonly byte[][] _files;
    private readonly string[] _texts;
    private readonly Lazy<Tokenizer> _tokenizer;
    private readonly Lazy<PieceMerge[]> _merges;

    private SubwordTokenizer(Kind kind, byte[][] files, params string[] texts)
    {
        (_kind, _files, _texts) = (kind, files, texts);
        _tokenizer = new Lazy<Tokenizer>(Create);
        _merges = new Lazy<PieceMerge[]>(ReadMerges);
    }

    // Files hold the numbers.
    private enum Kind : byte
    {
        Bpe = 0,
        WordPiece = 1,
        SentencePiece = 2,
        Tiktoken = 3,
        Registered = 4,
    }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer => _tokenizer.Value;

    /// <summary>The merges of byte pair encoding, in their order; none for other kinds.</summary>
    internal IReadOnlyList<PieceMerge> Merges => _merges.Value;

    /// <summary>Byte pair encoding with a given vocabulary and given merges.</summary>
    /// <param name="vocabularyPath">The vocabulary (vocab.json): a JSON object with the number of each piece.</param>
    /// <param name="mergesPath">The merges (merges.txt): two pieces on each line, with a blank between them.</param>
    /// <param name="split">How texts are split. <see cref="SubwordSplit.Bytes"/> for the files of GPT-2 and RoBERTa.</param>
    /// <param name="unknownPiece">The piece of the vocabulary that replaces unknown characters; null: they are left out.</param>
    /// <param name="continuingPrefix">What pieces of the vocabulary begin with that do not begin a word; null for nothing.</param>
    /// <param name="endOfWordSuffix">What pieces of the vocabulary end with that end a word, such as <c>&lt;/w&gt;</c>; null for
    /// nothing.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="FormatException">A file is malformed, or the files do not fit each other.</exception>
    public static SubwordTokenizer FromBpeFiles(
        string vocabularyPath,
        string mergesPath,
        SubwordSplit split = SubwordSplit.Words,
        string? unknownPiece = null,
        string? continuingPrefix = null,
        string? endOfWordSuffix = null
    ) =>
        Bpe(
                File.ReadAllBytes(vocabularyPath),
                File.ReadAllBytes(mergesPath),
                split,
                unknownPiece ?? "",
                continuingPrefix ?? "",
                endOfWordSuffix ?? ""
            )
            .Checked();

    /// <summary>WordPiece, as BERT's models use it; BERT's marks for the begin and end of a text are not added.</summary>
    /// <param name="vocabularyPath">The vocabulary (vocab.txt): a piece on each line, among them <c>[UNK]</c>.</param>
    /// <param name="lowerCase">Whether texts are mapped to lower case, as for BERT's uncased vocabularies.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="FormatException">The file is malformed.</exception>
    public static SubwordTokenizer FromWordPieceFile(string vocabularyPath, bool lowerCase = true) =>
        new SubwordTokenizer(Kind.WordPiece, [File.ReadAllBytes(vocabularyPath)], lowerCase ? "lower case" : "").Checked();

    /// <summary>A SentencePiece model, of kind BPE or unigram; marks for the begin and end of a text are not added.</summary>
    /// <param name="modelPath">The model (.model).</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="FormatException">The file is malformed.</exception>
    public static SubwordTokenizer FromSentencePieceFile(string modelPath) =>
        new SubwordTokenizer(Kind.SentencePiece, [File.ReadAllBytes(modelPath)]).Checked();

    /// <summary>A tiktoken vocabulary.</summary>
    /// <param name="vocabularyPath">The vocabulary (.tiktoken): a piece in base 64 and its number on each line.</param>
    /// <param name="modelName">The name of the model that it belongs to, such as <c>gpt-4o</c>, which determines how texts are
    /// split.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="FormatException">The file is malformed, or the model is unknown.</exception>
    public static SubwordTokenizer FromTiktokenFile(string vocabularyPath, string modelName)
    {
        Contracts.CheckNonWhiteSpace(modelName, nameof(modelName));
        return new SubwordTokenizer(Kind.Tiktoken, [File.ReadAllBytes(vocabularyPath)], modelName).Checked();
    }

    /// <summary>
    /// Any other tokenizer, by the name under which <see cref="Register"/> registered it: a model file holds the name alone, so that the
    /// tokenizer must be registered where the model is loaded, too.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="InvalidOperationException">None is registered under the name.</exception>
    public static SubwordTokenizer FromRegistered(string name)
    {
        Contracts.CheckNonWhiteSpace(name, nameof(name));
        return new SubwordTokenizer(Kind.Registered, [], name, Encoded(Registered(name))).Checked();
    }

    /// <summary>
    /// Registers a tokenizer for <see cref="FromRegistered"/>, replacing any of the same name: one of a package of
    /// Microsoft.ML.Tokenizers, such as <c>TiktokenTokenizer.CreateForModel("gpt-4o")</c>, or an application's own.
    /// </summary>
    /// <param name="name">The name that model files use.</param>
    /// <param name="create">Creates the tokenizer; called once for each pipeline.</param>
    public static void Register(string name, Func<Tokenizer> create)
    {
        Contracts.CheckNonWhiteSpace(name, nameof(name));
        Contracts.CheckValue(create, nameof(create));
        _registered[name] = create;
    }

    /// <summary>Splits texts as a tokenizer of learned merges does.</summary>
    internal static PreTokenizer Splitter(SubwordSplit split) =>
        split switch
        {
            SubwordSplit.Words => PreTokenizer.CreateWordOrNonWord(),
            SubwordSplit.WhiteSpace => PreTokenizer.CreateWhiteSpace(),
            SubwordSplit.Bytes => RobertaPreTokenizer.Instance,
            _ => throw Contracts.ExceptUserArg(
                nameof(split),
                $"The split is {split}; it must be one of {string.Join(", ", Enum.GetNames<SubwordSplit>())}."
            ),
        };

    /// <summary>Creates the tokenizer.</summary>
    /// <exception cref="FormatException">Its files are malformed.</exception>
    /// <exception cref="InvalidOperationException">It is not registered, or another one is.</exception>
    internal SubwordTokenizer Checked()
    {
        _ = Tokenizer;
        return this;
    }

    private Tokenizer Create()
    {
        if (_kind == Kind.Registered)
            return CreateRegistered();
        try
        {
            return _kind switch
            {
                Kind.Bpe => CreateBpe(),
                Kind.WordPiece => BertTokenizer.Create(
                    new MemoryStream(_files[0]),
                    new BertOptions { LowerCaseBeforeTokenization = _texts[0].Length > 0 }
                ),
                Kind.SentencePiece => SentencePieceTokenizer.Create(new MemoryStream(_files[0]), false, false),
                Kind.Tiktoken => TiktokenTokenizer.CreateForModel(_texts[0], new MemoryStream(_files[0])),
                _ => throw new NotSupportedException($"Kind {_kind}"),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Contracts.ExceptDecode(
                e,
                $"Microsoft.ML.Tokenizers cannot make a tokenizer of kind {_kind} of its files ({e.Message.TrimEnd('.')}): give the files "
                    + $"of such a tokenizer, unchanged, {Expected()}."
            );
        }
    }

    private string Expected() =>
        _kind switch
        {
            Kind.Bpe => "a JSON object of pieces and their numbers, and a text with two of these pieces on each line",
            Kind.WordPiece => "a text with a piece on each line, among them [UNK], [CLS], [SEP], [PAD] and [MASK]",
            Kind.SentencePiece => "a .model file of SentencePiece",
            Kind.Tiktoken => "a .tiktoken file of the named model",
            _ => throw new NotSupportedException($"Kind {_kind}"),
        };

    private Tokenizer CreateRegistered()
    {
        Tokenizer tokenizer = Registered(_texts[0]);
        if (Encoded(tokenizer) != _texts[1])
            throw Contracts.Except(
                $"The tokenizer that is registered under the name '{_texts[0]}' encodes a text otherwise than the one that the model was "
                    + $"trained with: register that one with SubwordTokenizer.Register(\"{_texts[0]}\", ...)."
            );
        return tokenizer;
    }

    private static string Encoded(Tokenizer tokenizer) => string.Join(' ', tokenizer.EncodeToIds(Probe));

    private static Tokenizer Registered(string name) =>
        _registered.TryGetValue(name, out Func<Tokenizer>? create)
            ? create() ?? throw Contracts.Except($"The function that is registered under the name '{name}' returned null.")
            : throw Contracts.Except(
                $"No tokenizer is registered under the name '{name}' (registered: "
                    + $"{(_registered.IsEmpty ? "none" : string.Join(", ", _registered.Keys.Order(StringComparer.Ordinal)))}): call "
                    + $"SubwordTokenizer.Register(\"{name}\", ...) before training with it or loading a model that uses it."
            );
}
