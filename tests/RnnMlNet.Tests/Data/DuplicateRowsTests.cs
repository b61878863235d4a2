using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>Sequences on both sides of a validation split.</summary>
[TestFixture]
public class DuplicateRowsTests
{
    [Test]
    public void Rows_with_an_equal_sequence_are_counted_whatever_their_labels_and_weights()
    {
        SequenceStore training = Numbers([1, 2, 3, 4], [5, 6], [7, 8, 9, 9], [7, 8, 9, 9]);
        SequenceStore validation = Numbers([1, 2, 3, 4], [7, 8, 9, 9], [7, 8, 9, 9], [5, 7], [1, 2], [0, 0]);
        Assert.That(DuplicateRows.Count(SequenceSet.All(training), SequenceSet.All(validation)), Is.EqualTo(3));
    }

    [Test]
    public void Of_one_store_only_its_parts_are_compared()
    {
        SequenceStore store = Numbers([1, 1], [2, 2], [1, 1], [3, 3], [2, 2]);
        Assert.That(DuplicateRows.Count(new SequenceSet(store, [0, 1]), new SequenceSet(store, [2, 3])), Is.EqualTo(1));
        Assert.That(DuplicateRows.Count(new SequenceSet(store, [0, 3]), new SequenceSet(store, [1, 4])), Is.Zero);
    }

    [Test]
    public void Tokens()
    {
        Assert.That(
            DuplicateRows.Count(SequenceSet.All(Words([1, 2, 3], [4])), SequenceSet.All(Words([1, 2], [4], [3, 2, 1]))),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void Many_equal_rows_take_no_longer_than_others()
    {
        // Compared pair by pair these would be 10^10.
        float[][] rows = [.. Enumerable.Range(0, 100_000).Select(_ => new float[] { 1, 2 })];
        Assert.That(DuplicateRows.Count(SequenceSet.All(Numbers(rows)), SequenceSet.All(Numbers(rows))), Is.EqualTo(rows.Length));
    }

    private static SequenceStore Numbers(params float[][] rows)
    {
        var store = new SequenceStore(features: 2, labelWidth: 1);
        for (int row = 0; row < rows.Length; row++)
            store.Add(SequenceView.OfSteps(rows[row], 2), [row], 1 + row);
        return store;
    }

    private static SequenceStore Words(params int[][] rows)
    {
        var store = new SequenceStore(features: 0, labelWidth: 1);
        foreach (int[] row in rows)
            store.Add(SequenceView.OfTokens(row), [0], 1);
        return store;
    }
}
