using NUnit.Framework;
using RnnMlNet.Data;

namespace RnnMlNet.Tests.Data;

[TestFixture]
[CancelAfter(60_000)]
public class BatchesAheadTests
{
    private static readonly int[][] _rows = [.. Enumerable.Range(0, 50).Select(i => new[] { i })];

    private static void Number(MiniBatch batch, ReadOnlySpan<int> rows) => batch.Count = rows[0];

    [Test]
    public void Batches_come_in_order_and_keep_what_they_hold_until_the_next_is_asked_for()
    {
        using var batches = new BatchesAhead(Number, _rows);
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
    public void They_are_filled_on_another_thread_no_more_than_two_ahead()
    {
        int filled = 0,
            filler = 0;
        using var third = new ManualResetEventSlim();
        using var batches = new BatchesAhead(
            (batch, rows) =>
            {
                Number(batch, rows);
                filler = Environment.CurrentManagedThreadId;
                if (Interlocked.Increment(ref filled) == 1 + BatchesAhead.Ahead)
                    third.Set();
            },
            _rows
        );

        batches.Next();
        third.Wait();

        // The fourth would need the batch that is in use.
        Thread.Sleep(20);
        Assert.That(Volatile.Read(ref filled), Is.EqualTo(1 + BatchesAhead.Ahead));
        Assert.That(filler, Is.Not.EqualTo(Environment.CurrentManagedThreadId));
    }

    [Test]
    public void A_failure_is_thrown_when_its_batch_is_asked_for_and_again_after()
    {
        using var batches = new BatchesAhead(
            (batch, rows) =>
            {
                if (rows[0] == 3)
                    throw new IOException("The disk is gone.");
                Number(batch, rows);
            },
            _rows
        );

        Assert.That(Enumerable.Range(0, 3).Select(_ => batches.Next().Count), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(batches.Next, Throws.TypeOf<IOException>().With.Message.EqualTo("The disk is gone."));
        Assert.That(batches.Next, Throws.TypeOf<IOException>());
    }

    [Test]
    public void Disposed_in_the_middle_it_waits_for_the_batch_at_hand_and_fills_no_other()
    {
        int filled = 0;
        bool isFilling = false;
        var batches = new BatchesAhead(
            (batch, rows) =>
            {
                Volatile.Write(ref isFilling, true);
                Thread.Sleep(5);
                Number(batch, rows);
                filled++;
                Volatile.Write(ref isFilling, false);
            },
            _rows
        );
        batches.Next();

        batches.Dispose();

        Assert.That(isFilling, Is.False);
        Assert.That(filled, Is.InRange(1, 1 + BatchesAhead.Ahead));
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
