using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators;

/// <summary>The keys of a tokenizer's pieces: 1 for unknown ones, then those that occurred often enough. Thread-safe.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="form">The form of texts that are encoded.</param>
/// <param name="unknown">Name of the key of unknown pieces.</param>
/// <param name="pieces">Number and text of the pieces of the keys 2, 3, ...</param>
internal sealed class SubwordKeys(
    SubwordTokenizer tokenizer,
    WordForm form,
    string unknown,
    IReadOnlyList<(int Number, string Text)> pieces
)
{
    private const uint UnknownKey = 1;

    private static readonly uint[] _unknown = [UnknownKey];

    private readonly Dictionary<int, uint[]> _keys = KeysOf(pieces, tokenizer.Merges);

    public SubwordTokenizer Tokenizer => tokenizer;

    public WordForm Form => form;

    public IReadOnlyList<(int Number, string Text)> Pieces => pieces;

    /// <summary>The values of the keys 1, 2, ...</summary>
    public IReadOnlyList<string> Values { get; } = Distinct(unknown, pieces);

    /// <summary>Appends the keys of a text's pieces; returns their number.</summary>
    public int Encode(ReadOnlySpan<char> text, List<uint> keys)
    {
        if (text.IsEmpty)
            return 0;
        int before = keys.Count;
        foreach (int number in tokenizer.Tokenizer.EncodeToIds(form.Of(text, new char[text.Length])))
            keys.AddRange(_keys.GetValueOrDefault(number, _unknown));
        return keys.Count - before;
    }

    // A merged piece without a key has those of its parts.
    private static Dictionary<int, uint[]> KeysOf(IReadOnlyList<(int Number, string Text)> pieces, IEnumerable<PieceMerge> merges)
    {
        Dictionary<int, uint[]> keys = pieces
            .Index()
            .ToDictionary(piece => piece.Item.Number, piece => (uint[])[(uint)piece.Index + UnknownKey + 1]);
        foreach (PieceMerge merge in merges)
            if (!keys.ContainsKey(merge.Piece))
                keys.Add(merge.Piece, [.. keys.GetValueOrDefault(merge.Left, _unknown), .. keys.GetValueOrDefault(merge.Right, _unknown)]);
        return keys;
    }

    // Pieces of a few bytes have no text of their own, or the same one.
    private static string[] Distinct(string unknown, IReadOnlyList<(int Number, string Text)> pieces)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { unknown };
        return [unknown, .. pieces.Select(piece => piece.Text.Length > 0 && taken.Add(piece.Text) ? piece.Text : Numbered(piece, taken))];
    }

    private static string Numbered((int Number, string Text) piece, HashSet<string> taken)
    {
        string name = $"{piece.Text}<{piece.Number}>";
        while (!taken.Add(name))
            name += "'";
        return name;
    }
}
