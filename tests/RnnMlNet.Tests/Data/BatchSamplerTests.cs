using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class BatchSamplerTests
{
    private static SequenceSet Set(int rows, bool even = false) =>
        SequenceSet.All(Stores.OfLengths(1, [.. Enumerable.Range(0, rows).Select(row => even ? 5 : 1 + row * 7 % 40)]));

    private static int Cells(SequenceSet set, IEnumerable<int[]> batches) => batches.Sum(rows => rows.Length * rows.Max(set.Store.Length));

    [Test]
    public void An_epoch_draws_every_row_once(
        [Values(1, 2, 31, 32, 33, 1000)] int rows,
        [Values(1, 7, 32, 5000)] int batchSize,
        [Values] bool even
    )
    {
        SequenceSet set = Set(rows, even);
        var sampler = new BatchSampler(set, batchSize, seed: 4);

        IReadOnlyList<int[]> batches = sampler.Epoch(1);

        Assert.That(batches, Has.Count.EqualTo(sampler.BatchesPerEpoch));
        Assert.That(sampler.BatchesPerEpoch, Is.EqualTo((rows + batchSize - 1) / batchSize));
        Assert.That(batches.Count(batch => batch.Length < batchSize), Is.LessThanOrEqualTo(1));
        Assert.That(batches.Max(batch => batch.Length), Is.LessThanOrEqualTo(batchSize));
        Assert.That(batches.SelectMany(batch => batch).Order(), Is.EqualTo(set.Rows));
    }

    [Test]
    public void A_batch_of_more_rows_than_there_are_is_one_of_all(
        [Values(1, 31, 1000)] int rows,
        [Values(1001, 1 << 26, int.MaxValue - 1, int.MaxValue)] int batchSize,
        [Values] bool even
    )
    {
        SequenceSet set = Set(rows, even);
        var sampler = new BatchSampler(set, batchSize, seed: 4);
        Assert.That(sampler.BatchesPerEpoch, Is.EqualTo(1));
        Assert.That(sampler.Epoch(1).Single().Order(), Is.EqualTo(set.Rows));
        Assert.That(sampler.InOrderOfLength().Single().Order(), Is.EqualTo(set.Rows));
        // Runs of batches are sorted by length, and int.MaxValue / 50 batches are too many to be counted in an int.
        Assert.That(new BatchSampler(set, int.MaxValue / 50 + 1, seed: 4).Epoch(1).Single(), Has.Length.EqualTo(rows));
    }

    [Test]
    public void An_epoch_draws_the_sets_rows_only()
    {
        SequenceSet some = new(Set(100).Store, [3, 5, 80]);

        Assert.That(new BatchSampler(some, 2, seed: 1).Epoch(1).SelectMany(batch => batch).Order(), Is.EqualTo(new[] { 3, 5, 80 }));
    }

    [Test]
    public void The_order_follows_from_seed_and_epoch_alone()
    {
        SequenceSet set = Set(200);
        var sampler = new BatchSampler(set, 8, seed: 4);
        IReadOnlyList<int[]> first = sampler.Epoch(1);
        sampler.Epoch(2);

        Assert.That(sampler.Epoch(1), Is.EqualTo(first));
        Assert.That(new BatchSampler(set, 8, seed: 4).Epoch(1), Is.EqualTo(first));
        Assert.That(sampler.Epoch(2), Is.Not.EqualTo(first));
        Assert.That(new BatchSampler(set, 8, seed: 5).Epoch(1), Is.Not.EqualTo(first));
    }

    [Test]
    public void Rows_of_many_lengths_are_bucketed_so_that_little_is_padding()
    {
        SequenceSet set = Set(2000);
        int valid = set.Rows.Sum(set.Store.Length);

        int bucketed = Cells(set, new BatchSampler(set, 16, seed: 4).Epoch(1));

        int[] shuffled = [.. set.Rows];
        new Random(1).Shuffle(shuffled);
        Assert.That(bucketed, Is.LessThan(1.1 * valid));
        Assert.That(Cells(set, shuffled.Chunk(16)), Is.GreaterThan(1.5 * valid), "what it would be without buckets");
    }

    [Test]
    public void Bucketed_batches_do_not_come_in_order_of_length()
    {
        SequenceSet set = Set(800);

        int[] lengths = [.. new BatchSampler(set, 16, seed: 4).Epoch(1).Select(batch => batch.Max(set.Store.Length))];

        Assert.That(lengths, Is.Not.Ordered);
        Assert.That(lengths, Is.Not.Ordered.Descending);
    }

    [Test]
    public void Bucketed_batches_are_made_anew_each_epoch()
    {
        SequenceSet set = Set(800);
        var sampler = new BatchSampler(set, 16, seed: 4);

        var first = sampler.Epoch(1).Select(batch => string.Join(",", batch.Order())).ToHashSet();

        Assert.That(sampler.Epoch(2).Count(batch => first.Contains(string.Join(",", batch.Order()))), Is.LessThan(5));
    }

    [Test]
    public void Rows_of_one_length_are_shuffled_throughout()
    {
        // Each row should be anywhere in the epoch: over 200 epochs its mean place is near the middle.
        SequenceSet set = Set(40, even: true);
        var sampler = new BatchSampler(set, 4, seed: 4);
        var places = new double[40];
        for (int epoch = 1; epoch <= 200; epoch++)
        {
            int[] order = [.. sampler.Epoch(epoch).SelectMany(batch => batch)];
            for (int place = 0; place < order.Length; place++)
                places[order[place]] += place / 200.0;
        }

        // Standard error of a mean place is 11.5 / sqrt(200) = 0.8.
        Assert.That(places, Is.All.InRange(19.5 - 4, 19.5 + 4));
    }

    [Test]
    public void In_order_of_length_every_row_comes_once_shortest_first()
    {
        SequenceSet set = Set(100);

        IReadOnlyList<int[]> batches = new BatchSampler(set, 7, seed: 4).InOrderOfLength();

        Assert.That(batches.SelectMany(batch => batch).Select(set.Store.Length), Is.Ordered);
        Assert.That(batches.SelectMany(batch => batch).Order(), Is.EqualTo(set.Rows));
    }
}
