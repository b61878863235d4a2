using System.Runtime.InteropServices;
using Microsoft.ML.Tokenizers;

namespace RnnMlNet.Estimators;

/// <summary>The occurrences of a tokenizer's pieces.</summary>
internal sealed class PieceCounts(SubwordTokenizer tokenizer)
{
    private readonly Dictionary<int, (string Text, long Count)> _counts = [];

    public SubwordTokenizer Tokenizer => tokenizer;

    /// <summary>Number of distinct pieces.</summary>
    public int Distinct => _counts.Count;

    /// <summary>Occurrences of all pieces.</summary>
    public long Total => _counts.Values.Sum(piece => piece.Count);

    /// <summary>Adds the pieces of a text.</summary>
    public void Add(string text, long occurrences)
    {
        foreach (EncodedToken piece in tokenizer.Tokenizer.EncodeToTokens(text, out _))
            Add(piece.Id, piece.Value, occurrences);
    }

    /// <summary>Occurrences of a piece.</summary>
    public long Of(int number) => _counts[number].Count;

    /// <summary>
    /// Splits rare pieces into the two that they were merged of, those in turn as long as they are rare: their occurrences then count for
    /// the parts, as <see cref="SubwordKeys"/> encodes them.
    /// </summary>
    /// <param name="minimumCount">Least occurrences of a piece that is not rare.</param>
    public void SplitRare(int minimumCount)
    {
        // Parts are merged before the pieces that they are parts of.
        foreach (PieceMerge merge in tokenizer.Merges.Reverse())
            if (_counts.TryGetValue(merge.Piece, out var piece) && piece.Count < minimumCount)
            {
                _counts.Remove(merge.Piece);
                Add(merge.Left, merge.LeftText, piece.Count);
                Add(merge.Right, merge.RightText, piece.Count);
            }
    }

    /// <summary>The pieces with the most occurrences, in descending order, equal ones by their numbers.</summary>
    /// <param name="minimumCount">Least occurrences of a piece.</param>
    /// <param name="except">The text of a piece that is left out.</param>
    public (int Number, string Text)[] MostFrequent(int minimumCount, string except) =>
        [
            .. _counts
                .Where(piece => piece.Value.Count >= minimumCount && piece.Value.Text != except)
                .OrderByDescending(piece => piece.Value.Count)
                .ThenBy(piece => piece.Key)
                .Select(piece => (piece.Key, piece.Value.Text)),
        ];

    private void Add(int number, string text, long occurrences)
    {
        ref var piece = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, number, out _);
        piece = (text, piece.Count + occurrences);
    }
}
