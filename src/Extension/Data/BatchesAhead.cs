using System.Runtime.ExceptionServices;

namespace RnnMlNet.Data;

/// <summary>
/// Fills batches on threads of its own while a device computes those before: up to <see cref="Ahead"/> wait, in the order of the rows. What
/// a batch holds, and which fails, is the same as with <see cref="BatchesOnDemand"/> and on any number of threads.
/// </summary>
internal sealed class BatchesAhead : IBatches, IDisposable
{
    /// <summary>Batches per thread that are filled before they are requested.</summary>
    public const int AheadPerThread = 2;

    /// <summary>More threads than these would only wait for memory.</summary>
    private const int MostThreads = 4;

    private readonly IEnumerator<BatchRows> _rows;
    private readonly Slot[] _slots;
    private readonly Thread[] _threads;

    // Guards what follows and the slots' states; waited on for any change of them.
    private readonly object _gate = new();
    private long _taken;
    private long _asked;
    private long? _end;
    private bool _isDisposed;

    /// <param name="newFill">Creates what fills a batch with rows: one for each thread.</param>
    /// <param name="rows">The rows of each batch, in order; read on any of the threads, one at a time.</param>
    /// <param name="threads">How many threads fill batches.</param>
    public BatchesAhead(Func<BatchFill> newFill, IEnumerable<BatchRows> rows, int threads)
    {
        _rows = rows.GetEnumerator();
        Ahead = AheadPerThread * threads;
        // One is in use; the batches are used over and over.
        _slots = [.. Enumerable.Range(0, 1 + Ahead).Select(_ => new Slot())];
        _threads =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(i => (Index: i, Fill: newFill()))
                .Select(one => new Thread(() => FillAll(one.Fill)) { IsBackground = true, Name = $"RnnMlNet batches {one.Index}" }),
        ];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>Threads that leave one processor to whoever drives the device.</summary>
    public static int DefaultThreads => Math.Clamp(Environment.ProcessorCount - 1, 1, MostThreads);

    /// <summary>Batches that are filled before they are requested.</summary>
    public int Ahead { get; }

    /// <exception cref="InvalidOperationException">There are no more batches.</exception>
    /// <remarks>An error in filling a batch is thrown here, when that batch is requested.</remarks>
    public MiniBatch Next()
    {
        lock (_gate)
        {
            Slot slot = SlotOf(_asked);
            while (!slot.IsFull && !(_asked >= _end))
                Monitor.Wait(_gate);
            if (!slot.IsFull)
                throw new InvalidOperationException("There are no more batches.");
            slot.Failure?.Throw();
            slot.IsFull = false;
            _asked++;
            // The batch before is free again.
            Monitor.PulseAll(_gate);
            return slot.Batch;
        }
    }

    /// <summary>Ends the threads after their current batches. They read rows until then, so the store must outlive this.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread thread in _threads)
            thread.Join();
        _rows.Dispose();
    }

    private Slot SlotOf(long batch) => _slots[batch % _slots.Length];

    private void FillAll(BatchFill fill)
    {
        while (TryTake(out long batch, out BatchRows rows))
        {
            Slot slot = SlotOf(batch);
            slot.Failure = null;
            try
            {
                slot.Batch.Epoch = rows.Epoch;
                fill(slot.Batch, rows.Rows);
            }
            catch (Exception failure)
            {
                slot.Failure = ExceptionDispatchInfo.Capture(failure);
            }
            lock (_gate)
            {
                slot.IsFull = true;
                if (slot.Failure is not null)
                    EndAt(batch + 1);
                Monitor.PulseAll(_gate);
            }
        }
    }

    // The next batch to fill, once its slot is free; false if there is none, or after disposal.
    private bool TryTake(out long batch, out BatchRows rows)
    {
        (batch, rows) = (0, default);
        lock (_gate)
        {
            // The batch returned last is in use until the next is requested.
            while (!_isDisposed && _end is null && _taken - Math.Max(0, _asked - 1) == _slots.Length)
                Monitor.Wait(_gate);
            if (_isDisposed || _end is not null)
                return false;
            batch = _taken;
            try
            {
                if (!_rows.MoveNext())
                {
                    EndAt(batch);
                    return false;
                }
            }
            catch (Exception failure)
            {
                (SlotOf(batch).Failure, SlotOf(batch).IsFull) = (ExceptionDispatchInfo.Capture(failure), true);
                EndAt(batch + 1);
                return false;
            }
            rows = _rows.Current;
            _taken++;
            return true;
        }
    }

    private void EndAt(long batch)
    {
        _end = Math.Min(_end ?? long.MaxValue, batch);
        Monitor.PulseAll(_gate);
    }

    // A batch, and whether it is filled and waits to be requested.
    private sealed class Slot
    {
        public MiniBatch Batch { get; } = new();

        public ExceptionDispatchInfo? Failure { get; set; }

        public bool IsFull { get; set; }
    }
}
