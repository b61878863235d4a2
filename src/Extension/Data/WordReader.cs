using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>Tokens with the characters of their words: a column of keys, and one of text, of the same length.</summary>
/// <param name="ectx">Creates the errors.</param>
/// <param name="row">The row.</param>
/// <param name="tokens">Reads the keys, none of which it leaves out.</param>
/// <param name="tokenColumn">Name of the column of keys.</param>
/// <param name="words">The column of text.</param>
internal sealed class WordReader(
    IExceptionContext ectx,
    DataViewRow row,
    TokenReader tokens,
    string tokenColumn,
    DataViewSchema.Column words
) : SequenceReader
{
    private const int Width = 1 + WordCharacters.Length;
    private readonly ValueGetter<VBuffer<ReadOnlyMemory<char>>> _getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(words);
    private VBuffer<ReadOnlyMemory<char>> _words;
    private int[] _steps = [];
    private int _count;

    public override SequenceView Current => SequenceView.OfTokens(_steps.AsSpan(0, _count * Width), Width);

    public override bool IsFinite => true;

    public override void Read()
    {
        tokens.Read();
        ReadOnlySpan<int> ids = tokens.Current.Tokens;
        _getter(ref _words);
        if (_words.Length != ids.Length)
            throw ectx.Except(
                $"Row {row.Position} has {_words.Length} words in column '{words.Name}' (CharacterColumnName), but {ids.Length} steps in "
                    + $"column '{tokenColumn}': give the vector of text that the keys were mapped from."
            );
        _count = ids.Length;
        Grow(ref _steps, _count * Width);
        int t = 0;
        foreach (ReadOnlyMemory<char> word in _words.DenseValues())
        {
            _steps[t * Width] = ids[t];
            WordCharacters.Write(word.Span, _steps.AsSpan(t * Width + 1, WordCharacters.Length));
            t++;
        }
    }
}

/// <summary>The column of words whose characters are read.</summary>
internal static class CharacterColumn
{
    private const string Role = "character";
    private const string Expected = "a vector of Text, the words that the keys were mapped from";

    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or no vector of text.</exception>
    public static DataViewSchema.Column Bind(IExceptionContext ectx, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        return column.Type is VectorDataViewType { ItemType: TextDataViewType }
            ? column
            : throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name, Expected, column.Type.ToString());
    }

    /// <summary>The same of a schema's shape.</summary>
    public static void CheckShape(IExceptionContext ectx, SchemaShape schema, string name)
    {
        if (!schema.TryFindColumn(name, out SchemaShape.Column column))
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar || column.IsKey || column.ItemType is not TextDataViewType)
            throw ectx.ExceptSchemaMismatch(nameof(schema), Role, name, Expected, column.GetTypeString());
    }

    /// <summary>The error where the steps are not tokens, which alone have words.</summary>
    public static Exception NeedsTokens(IExceptionContext ectx, string name, string steps) =>
        ectx.Except(
            $"CharacterColumnName is '{name}', but the steps of column '{steps}' are not words as keys: map the words to keys and name "
                + "that column as FeatureColumnName, or leave CharacterColumnName null."
        );
}

/// <summary>The characters that have a vector of their own.</summary>
internal static class Alphabet
{
    // A character that occurs once tells nothing, and its vector would stay near the initial one: as an unknown one it trains theirs.
    private const int FewestOccurrences = 2;

    /// <summary>The characters that occur more than once in the words of some rows, in ascending order.</summary>
    /// <param name="store">The rows.</param>
    public static string Of(SequenceStore store)
    {
        var counts = new int[WordCharacters.Last + 1];
        for (int row = 0; row < store.Count; row++)
        {
            SequenceView sequence = store.View(row);
            for (int at = 0; at < sequence.Tokens.Length; at++)
                if (at % sequence.TokenWidth != 0)
                    counts[sequence.Tokens[at]]++;
        }
        return new string([
            .. Enumerable
                .Range(WordCharacters.First, counts.Length - WordCharacters.First)
                .Where(code => counts[code] >= FewestOccurrences)
                .Select(code => (char)code),
        ]);
    }
}
