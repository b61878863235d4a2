using Microsoft.ML.Runtime;

namespace RnnMlNet;

/// <summary>Options of the encoding of texts as subwords.</summary>
public sealed class SubwordOptions
{
    internal const int DefaultVocabularySize = 4000,
        DefaultLearnedCount = 5,
        DefaultGivenCount = 2;

    /// <summary>Name of the column of keys to add: a variable vector, a key for each piece.</summary>
    public string OutputColumnName { get; set; } = "";

    /// <summary>
    /// Name of the column of texts: Text, or a vector of Text, such as the words of a tagged sentence. Default null:
    /// <see cref="OutputColumnName"/>.
    /// </summary>
    public string? InputColumnName { get; set; }

    /// <summary>The tokenizer. Default null: byte pair encoding, whose merges Fit learns from the texts.</summary>
    public SubwordTokenizer? Tokenizer { get; set; }

    /// <summary>
    /// Most pieces that Fit learns, 2 or more; the characters of the texts are pieces however many they are. Fewer are learned where no two
    /// pieces occur together twice. A given <see cref="Tokenizer"/> ignores it. Default 4000.
    /// </summary>
    public int VocabularySize { get; set; } = DefaultVocabularySize;

    /// <summary>
    /// Least number of occurrences in the rows of Fit of a piece with a key of its own, 1 or more. In training and in scoring alike, a
    /// rarer piece of byte pair encoding is split into the two pieces that it was merged of, and those in turn; a piece that cannot be
    /// split has the key of unknown pieces. So a rare word is encoded as an unknown one will be, and a tokenizer of 100,000 pieces gives no
    /// more keys than the rows have uses for. Default null: 5 for learned pieces, 2 for a given <see cref="Tokenizer"/>.
    /// </summary>
    public int? MinimumCount { get; set; }

    /// <summary>
    /// Whether texts are mapped to lower case first, by the rules of the invariant culture, in training and in scoring. Default false.
    /// </summary>
    public bool LowerCase { get; set; }

    /// <summary>Whether each decimal digit counts as 0, in training and in scoring. Default false.</summary>
    public bool FoldDigits { get; set; }

    /// <summary>Name of the key of unknown pieces, which is the first key. Default <c>&lt;unknown&gt;</c>.</summary>
    public string UnknownPiece { get; set; } = VocabularyOptions.DefaultUnknownWord;

    /// <summary>
    /// For taggers: name of a column of keys, one for each word of <see cref="InputColumnName"/>. <see cref="PieceLabelColumnName"/> then
    /// has the word's label at its first piece, and none at its others. Scoring does not need the column. Default null: none.
    /// </summary>
    public string? LabelColumnName { get; set; }

    /// <summary>Name of the column of the pieces' labels to add. Default null: <see cref="LabelColumnName"/>.</summary>
    public string? PieceLabelColumnName { get; set; }

    /// <summary>
    /// Name of a column to add with the number of each piece's word, from 0, as a variable vector of Int32: a tagger's class of a word is
    /// that of its first piece. Default null: none.
    /// </summary>
    public string? WordIndexColumnName { get; set; }

    internal int LeastCount => MinimumCount ?? (Tokenizer is null ? DefaultLearnedCount : DefaultGivenCount);

    /// <summary>The name of the column of texts.</summary>
    internal string Input => InputColumnName ?? OutputColumnName;

    /// <summary>The name of the column of the pieces' labels; null for none.</summary>
    internal string? PieceLabel => PieceLabelColumnName ?? LabelColumnName;

    internal SubwordOptions Clone() => (SubwordOptions)MemberwiseClone();

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    internal void Check(IExceptionContext ectx)
    {
        if (string.IsNullOrWhiteSpace(OutputColumnName))
            throw ectx.ExceptUserArg(nameof(OutputColumnName), "OutputColumnName is empty; it must name the column of keys to add.");
        CheckName(ectx, InputColumnName, nameof(InputColumnName), "the column of texts, or be null for the name of the output");
        CheckName(ectx, LabelColumnName, nameof(LabelColumnName), "a column of keys, or be null for none");
        CheckName(ectx, PieceLabelColumnName, nameof(PieceLabelColumnName), "the column to add, or be null for the name of the label");
        CheckName(ectx, WordIndexColumnName, nameof(WordIndexColumnName), "the column to add, or be null for none");
        if (PieceLabelColumnName is not null && LabelColumnName is null)
            throw ectx.ExceptUserArg(
                nameof(PieceLabelColumnName),
                $"PieceLabelColumnName is '{PieceLabelColumnName}', but LabelColumnName is null: set both, or neither."
            );
        string[] outputs = [.. new[] { OutputColumnName, PieceLabel, WordIndexColumnName }.OfType<string>()];
        if (outputs.Distinct(StringComparer.Ordinal).Count() < outputs.Length)
            throw ectx.ExceptUserArg(
                nameof(OutputColumnName),
                $"Two of the columns to add have one name ({string.Join(", ", outputs)}): give each a name of its own."
            );
        if (VocabularySize < 2)
            throw ectx.ExceptUserArg(
                nameof(VocabularySize),
                $"VocabularySize is {VocabularySize}; it must be 2 or more: the most pieces that are learned."
            );
        if (MinimumCount < 1)
            throw ectx.ExceptUserArg(
                nameof(MinimumCount),
                $"MinimumCount is {MinimumCount}; it must be 1 or more: the least number of occurrences of a piece with a key of its own."
            );
        if (string.IsNullOrWhiteSpace(UnknownPiece) || UnknownPiece.Any(char.IsWhiteSpace))
            throw ectx.ExceptUserArg(
                nameof(UnknownPiece),
                $"UnknownPiece is '{UnknownPiece}'; it must be the name of the key of unknown pieces, without white space, such as "
                    + $"'{VocabularyOptions.DefaultUnknownWord}'."
            );
    }

    private static void CheckName(IExceptionContext ectx, string? name, string option, string named)
    {
        if (name is not null && string.IsNullOrWhiteSpace(name))
            throw ectx.ExceptUserArg(option, $"{option} is empty; it must name {named}.");
    }
}
