using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class PaddedBatchesTests
{
    private const int Features = 2;

    private static readonly int[][] LengthsOfRows =
    [
        [],
        [0],
        [1],
        [0, 0],
        [5, 5, 5],
        [1, 2, 4, 8, 16],
        [16, 0, 3, 0, 9],
        [.. Enumerable.Range(0, 300).Select(i => i * 37 % 101)],
    ];

    [Test]
    public void Every_row_is_in_one_batch_whole([ValueSource(nameof(LengthsOfRows))] int[] lengths, [Values] bool tokens)
    {
        var batches = new PaddedBatches(tokens ? 0 : Features, null);
        var seen = new List<int>();
        batches.Start(Rows(lengths, tokens));
        while (batches.Next())
        {
            Assert.That((batches.Batch.Count, batches.Batch.Features), Is.EqualTo((batches.Rows.Length, tokens ? 0 : Features)));
            Assert.That(batches.Batch.MaxLength, Is.EqualTo(Math.Max(1, batches.Rows.ToArray().Max(row => lengths[row]))));
            for (int b = 0; b < batches.Rows.Length; b++)
                AssertHolds(batches.Batch, b, batches.Rows[b], lengths[batches.Rows[b]], tokens);
            seen.AddRange(batches.Rows);
        }
        Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(0, lengths.Length)));
        Assert.That(batches.Next(), Is.False);
    }

    [Test]
    public void More_than_half_of_a_batch_is_values([ValueSource(nameof(LengthsOfRows))] int[] lengths)
    {
        var batches = new PaddedBatches(Features, null);
        batches.Start(Rows(lengths, tokens: false));
        int count = 0;
        for (; batches.Next(); count++)
        {
            int longest = batches.Rows.ToArray().Max(row => lengths[row]);
            foreach (int row in batches.Rows)
                Assert.That(2 * lengths[row], Is.GreaterThanOrEqualTo(longest));
        }
        // One for each power of two that the longest has, one for empty rows.
        Assert.That(count, Is.LessThanOrEqualTo(2 + Math.Log2(Math.Max(1, lengths.DefaultIfEmpty(0).Max()))));
    }

    [Test]
    public void A_batch_is_no_larger_than_64_MiB_unless_a_row_is()
    {
        const int Wide = 1000,
            Long = 6000; // 6 million numbers a row
        var rows = new SequenceRows(Wide);
        var steps = new float[Wide * Long];
        for (int row = 0; row < 5; row++)
            rows.Add(SequenceView.OfSteps(steps, Wide));
        var batches = new PaddedBatches(Wide, null);
        batches.Start(rows);
        var counts = new List<int>();
        while (batches.Next())
            counts.Add(batches.Batch.Count);
        Assert.That(counts, Is.EqualTo([2, 2, 1]));
    }

    [Test]
    public void Numbers_are_standardised_and_padding_stays_zero()
    {
        var batches = new PaddedBatches(Features, Encoders.Of(new FeatureScaling([1, 10], [2, 5])));
        var rows = new SequenceRows(Features);
        rows.Add(SequenceView.OfSteps([3, 15], Features));
        rows.Add(SequenceView.OfSteps([1, 10, 5, 0], Features));
        batches.Start(rows);

        Assert.That(batches.Next(), Is.True);

        // [T, B, F], the longer row first.
        Assert.That(batches.Rows.ToArray(), Is.EqualTo([1, 0]));
        Assert.That(batches.Batch.Steps[..8], Is.EqualTo(new float[] { 0, 0, 1, 1, 2, -2, 0, 0 }));
    }

    [Test]
    public void A_second_use_shows_nothing_of_the_first_and_allocates_nothing([Values] bool tokens)
    {
        var batches = new PaddedBatches(tokens ? 0 : Features, null);
        SequenceRows large = Rows([9, 8, 7, 6, 0], tokens),
            small = Rows([3, 2], tokens);
        Run(large);
        Run(small);
        long allocated = Allocation.Least(() =>
        {
            Run(large);
            Run(small);
        });
        Assert.That(allocated, Is.Zero);

        batches.Start(small);
        Assert.That(batches.Next(), Is.True);
        for (int b = 0; b < 2; b++)
            AssertHolds(batches.Batch, b, b, 3 - b, tokens);

        void Run(SequenceRows rows)
        {
            batches.Start(rows);
            while (batches.Next())
                continue;
        }
    }

    private static SequenceRows Rows(int[] lengths, bool tokens)
    {
        var rows = new SequenceRows(tokens ? 0 : Features);
        for (int row = 0; row < lengths.Length; row++)
            rows.Add(
                tokens
                    ? SequenceView.OfTokens([.. Enumerable.Range(0, lengths[row]).Select(t => Token(row, t))])
                    : SequenceView.OfSteps(
                        [.. Enumerable.Range(0, lengths[row] * Features).Select(i => Stores.Value(row + 1, i / Features, i % Features))],
                        Features
                    )
            );
        return rows;
    }

    private static int Token(int row, int t) => 1 + row * 1000 + t;

    // The row's values, and zeros behind them.
    private static void AssertHolds(MiniBatch batch, int b, int row, int length, bool tokens)
    {
        Assert.That(batch.Lengths[b], Is.EqualTo(length));
        for (int t = 0; t < batch.MaxLength; t++)
            if (tokens)
                Assert.That(batch.Tokens[t * batch.Count + b], Is.EqualTo(t < length ? Token(row, t) : 0), $"row {row}, step {t}");
            else
                for (int f = 0; f < Features; f++)
                    Assert.That(
                        batch.Steps[(t * batch.Count + b) * Features + f],
                        Is.EqualTo(t < length ? Stores.Value(row + 1, t, f) : 0),
                        $"row {row}, step {t}"
                    );
    }
}
