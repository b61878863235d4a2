using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>
/// Tokens too rare in the training rows for an embedding of their own: they are trained as one token, whose embedding is that of an unknown
/// word, and receive that embedding after training. Scoring is unaffected.
/// </summary>
internal sealed class RareTokens : SequenceChange
{
    private readonly int[] _idOf;
    private readonly int _shared;
    private int[] _scratch = [];

    private RareTokens(int[] idOf, int shared, int count)
    {
        _idOf = idOf;
        _shared = shared;
        Count = count;
    }

    /// <summary>Number of rare tokens in the vocabulary.</summary>
    public int Count { get; }

    /// <summary>The tokens that occur fewer than <paramref name="minCount"/> times in a store; null where there are none.</summary>
    /// <param name="store">The training rows.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="minCount">Occurrences below which a token is rare, 2 or more.</param>
    /// <param name="hasUnknown">Whether the last id, V - 1, is that of unknown tokens, which rare ones then share; else they share the
    /// first rare one's.</param>
    /// <param name="isKept">Whether a token has an embedding of its own however rare it is; null for none.</param>
    public static RareTokens? Of(SequenceStore store, int vocabulary, int minCount, bool hasUnknown, Func<int, bool>? isKept = null)
    {
        var counts = new int[vocabulary];
        for (int row = 0; row < store.Count; row++)
        {
            SequenceView sequence = store.View(row);
            for (int t = 0; t < sequence.Length; t++)
                counts[sequence.Tokens[t * sequence.TokenWidth]]++;
        }
        int known = vocabulary - (hasUnknown ? 1 : 0);
        int[] rare = [.. Enumerable.Range(0, known).Where(token => counts[token] < minCount && isKept?.Invoke(token) != true)];
        if (rare.Length == 0)
            return null;
        int shared = hasUnknown ? vocabulary - 1 : rare[0];
        int[] idOf = [.. Enumerable.Range(0, vocabulary)];
        foreach (int token in rare)
            idOf[token] = shared;
        return new RareTokens(idOf, shared, rare.Length);
    }

    /// <summary>The sequence with the shared id in place of rare tokens.</summary>
    public override SequenceView Of(SequenceView sequence)
    {
        int count = sequence.Tokens.Length,
            width = sequence.TokenWidth;
        if (_scratch.Length < count)
            _scratch = new int[Math.Max(count, 2 * _scratch.Length)];
        sequence.Tokens.CopyTo(_scratch);
        for (int at = 0; at < count; at += width)
            _scratch[at] = _idOf[_scratch[at]];
        return SequenceView.OfTokens(_scratch.AsSpan(0, count), width).WithStatic(sequence.Static);
    }

    /// <summary>The weights with the shared embedding for each rare token.</summary>
    public NetworkWeights Spread(NetworkWeights weights) =>
        new(weights.Tensors.Select(tensor => tensor.Name == WeightLayout.Embedding ? Spread(tensor) : tensor));

    private NamedTensor Spread(NamedTensor embedding)
    {
        int width = embedding.Shape[1];
        float[] values = [.. embedding.Values];
        ReadOnlySpan<float> shared = embedding.Values.AsSpan(_shared * width, width);
        for (int token = 0; token < _idOf.Length; token++)
            if (_idOf[token] != token)
                shared.CopyTo(values.AsSpan(token * width, width));
        return embedding with { Values = values };
    }
}
