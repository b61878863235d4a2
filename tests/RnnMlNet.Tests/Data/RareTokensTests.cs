using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Data;

/// <summary>Tokens that are too rare to be learnt each by itself.</summary>
public class RareTokensTests
{
    private static SequenceStore Store(params int[][] rows)
    {
        var store = new SequenceStore(features: 0, labelWidth: 1);
        foreach (int[] row in rows)
            store.Add(SequenceView.OfTokens(row), [0], 1);
        store.Seal();
        return store;
    }

    private static NetworkWeights Embedding(int vocabulary) =>
        new([new NamedTensor(WeightLayout.Embedding, [vocabulary, 2], [.. Enumerable.Range(0, 2 * vocabulary).Select(i => (float)i)])]);

    [Test]
    public void They_become_the_unknown_token_where_there_is_one()
    {
        using SequenceStore store = Store([0, 0, 1], [2, 2, 0]);
        RareTokens rare = RareTokens.Of(store, vocabulary: 5, minCount: 2, hasUnknown: true)!;
        Assert.That(rare.Count, Is.EqualTo(2), "1, which is there once, and 3, which is not there");
        Assert.That(rare.Of(SequenceView.OfTokens([0, 1, 2, 3, 4])).Tokens.ToArray(), Is.EqualTo(new[] { 0, 4, 2, 4, 4 }));
        Assert.That(rare.Spread(Embedding(5))[WeightLayout.Embedding], Is.EqualTo(new float[] { 0, 1, 8, 9, 4, 5, 8, 9, 8, 9 }));
    }

    [Test]
    public void They_become_one_of_them_where_there_is_no_unknown_token()
    {
        using SequenceStore store = Store([0, 0, 3], [1]);
        RareTokens rare = RareTokens.Of(store, vocabulary: 4, minCount: 2, hasUnknown: false)!;
        Assert.That(rare.Of(SequenceView.OfTokens([0, 1, 2, 3])).Tokens.ToArray(), Is.EqualTo(new[] { 0, 1, 1, 1 }));
        Assert.That(rare.Spread(Embedding(4))[WeightLayout.Embedding], Is.EqualTo(new float[] { 0, 1, 2, 3, 2, 3, 2, 3 }));
    }

    [Test]
    public void Where_all_tokens_are_frequent_there_are_none()
    {
        using SequenceStore store = Store([0, 1, 0, 1]);
        Assert.That(RareTokens.Of(store, vocabulary: 2, minCount: 2, hasUnknown: false), Is.Null);
    }
}
