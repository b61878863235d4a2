using System.Collections.Concurrent;
using NUnit.Framework;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Data;

[TestFixture]
[CancelAfter(60_000)]
public class BatchesAheadTests
{
    private static readonly BatchRows[] _rows = [.. Enumerable.Range(0, 50).Select(i => new BatchRows(1 + i / 10, [i]))];

    private static void Number(MiniBatch batch, ReadOnlySpan<int> rows) => batch.Count = rows[0];

    [Test]
    public void Batches_come_in_order_and_keep_what_they_hold_until_the_next_is_asked_for([Values(1, 2, 4)] int threads)
    {
        // The first ones take longest.
        using var batches = new BatchesAhead(
            () =>
                (batch, rows) =>
                {
                    Thread.Sleep(rows[0] % 4 == 0 ? 3 : 0);
                    Number(batch, rows);
                },
            _rows,
            threads
        );
        for (int i = 0; i < _rows.Length; i++)
        {
            MiniBatch batch = batches.Next();
            // Time enough for a batch too many to be filled.
            Thread.Yield();
            Assert.That(batch.Count, Is.EqualTo(i));
        }
        Assert.That(batches.Next, Throws.InvalidOperationException.With.Message.EqualTo("There are no more batches."));
    }

    [Test]
    public void They_are_filled_on_other_threads_no_more_than_two_ahead_of_each([Values(1, 3)] int threads)
    {
        int filled = 0,
            most = 1 + BatchesAhead.AheadPerThread * threads;
        var fillers = new ConcurrentDictionary<int, int>();
        using var last = new ManualResetEventSlim();
        using var batches = new BatchesAhead(
            () =>
                (batch, rows) =>
                {
                    Number(batch, rows);
                    fillers[Environment.CurrentManagedThreadId] = 0;
                    // Time for the other threads to come.
                    Thread.Sleep(5);
                    if (Interlocked.Increment(ref filled) == most)
                        last.Set();
                },
            _rows,
            threads
        );

        batches.Next();
        last.Wait();

        // One more would need the batch that is in use.
        Thread.Sleep(20);
        Assert.That(Volatile.Read(ref filled), Is.EqualTo(most));
        Assert.That(fillers.Keys, Has.None.EqualTo(Environment.CurrentManagedThreadId));
        Assert.That(fillers, Has.Count.EqualTo(threads));
    }

    [Test]
    public void A_failure_is_thrown_when_its_batch_is_asked_for_and_again_after([Values(1, 3)] int threads)
    {
        using var batches = new BatchesAhead(
            () =>
                (batch, rows) =>
                {
                    if (rows[0] == 3)
                        throw new IOException("The disk is gone.");
                    Number(batch, rows);
                },
            _rows,
            threads
        );

        Assert.That(Enumerable.Range(0, 3).Select(_ => batches.Next().Count), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(batches.Next, Throws.TypeOf<IOException>().With.Message.EqualTo("The disk is gone."));
        Assert.That(batches.Next, Throws.TypeOf<IOException>());
    }

    [Test]
    public void Disposed_in_the_middle_it_waits_for_the_batches_at_hand_and_fills_no_other([Values(1, 3)] int threads)
    {
        int filled = 0,
            filling = 0;
        var batches = new BatchesAhead(
            () =>
                (batch, rows) =>
                {
                    Interlocked.Increment(ref filling);
                    Thread.Sleep(5);
                    Number(batch, rows);
                    Interlocked.Increment(ref filled);
                    Interlocked.Decrement(ref filling);
                },
            _rows,
            threads
        );
        batches.Next();

        batches.Dispose();

        Assert.That(filling, Is.Zero);
        Assert.That(filled, Is.InRange(1, 1 + BatchesAhead.AheadPerThread * threads));
    }

    [Test]
    public void A_failure_of_the_rows_themselves_is_thrown_after_the_batches_before_it()
    {
        static IEnumerable<BatchRows> Rows()
        {
            yield return new BatchRows(1, [0]);
            throw new IOException("The rows are gone.");
        }
        using var batches = new BatchesAhead(() => Number, Rows(), threads: 2);

        Assert.That(batches.Next().Count, Is.Zero);
        Assert.That(batches.Next, Throws.TypeOf<IOException>().With.Message.EqualTo("The rows are gone."));
    }

    [Test]
    public void On_demand_nothing_is_filled_before_it_is_asked_for()
    {
        int filled = 0;
        var batches = new BatchesOnDemand(
            (batch, rows) =>
            {
                Number(batch, rows);
                filled++;
            },
            new MiniBatch(),
            _rows.Take(2)
        );
        Assert.That(filled, Is.Zero);
        Assert.That((batches.Next().Count, filled), Is.EqualTo((0, 1)));
        Assert.That((batches.Next().Count, filled), Is.EqualTo((1, 2)));
        Assert.That(batches.Next, Throws.InvalidOperationException.With.Message.EqualTo("There are no more batches."));
    }
}
