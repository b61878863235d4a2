using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>
/// The blocks of one cursor in their order, from reading to output, and the threads that score them. The cursor's own thread enqueues and
/// dequeues blocks; it and workers on the thread pool claim blocks to score, each block by one of them, the oldest first. The cursor's
/// thread waits for a block only while another thread scores it and there is nothing left to score: so no thread is idle, and if the pool
/// has no free thread the cursor's own scores all blocks.
/// </summary>
internal sealed class BlockQueue : IDisposable
{
    private readonly ISequenceScorer _scorer;
    private readonly Func<RowBlock> _newBlock;
    private readonly RowBlock?[] _ring;
    private readonly Worker[] _workers;
    private IScoringSession? _session;

    // Block counts since the start: dequeued (below _front), claimed, enqueued. Block n is at n modulo the ring's length.
    private long _front;
    private long _claimed;
    private long _filled;

    /// <param name="scorer">The network.</param>
    /// <param name="threads">Number of threads that may score at once, the cursor's own included.</param>
    /// <param name="newBlock">Creates a block.</param>
    public BlockQueue(ISequenceScorer scorer, int threads, Func<RowBlock> newBlock)
    {
        _scorer = scorer;
        _newBlock = newBlock;
        // A single thread does not read ahead; otherwise each thread has a further block ready when it completes one.
        _ring = new RowBlock?[threads == 1 ? 1 : 2 * threads];
        _workers = new Worker[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
            _workers[i] = new Worker(this);
    }

    /// <summary>
    /// Whether to read a further block: while the ring has room, and there are fewer than twice as many blocks ahead as have been
    /// requested, so that a consumer of a few rows does not wait for thousands.
    /// </summary>
    public bool HasRoom => _filled - _front < (FillsAtOnce ? _ring.Length : Math.Min(_ring.Length, 2 * (_front + 1)));

    /// <summary>
    /// Whether to read as many blocks as there is room for before the first is requested: where there are few rows in total.
    /// </summary>
    public bool FillsAtOnce { get; init; }

    public bool IsEmpty => _filled == _front;

    /// <summary>The block to fill next, where there is room.</summary>
    public RowBlock Free => _ring[_filled % _ring.Length] ??= _newBlock();

    private RowBlock Front => _ring[_front % _ring.Length]!;

    private bool HasUnclaimed => Volatile.Read(ref _claimed) < Volatile.Read(ref _filled);

    /// <summary>Enqueues <see cref="Free"/>, which has been filled.</summary>
    public void Put()
    {
        Volatile.Write(ref _filled, _filled + 1);
        foreach (Worker worker in _workers)
            if (worker.TryStart())
                return;
    }

    /// <summary>The oldest block, scored. It stays in the queue until <see cref="Drop"/>.</summary>
    public RowBlock Take()
    {
        RowBlock front = Front;
        while (!front.IsScored)
            if (Claim() is RowBlock block)
                Score(block, ref _session);
            else
                front.WaitUntilScored();
        return front;
    }

    /// <summary>Removes the oldest block.</summary>
    public void Drop() => _front++;

    /// <summary>Ends all scoring: once it returns, no thread scores a block.</summary>
    public void Dispose()
    {
        // No block can be claimed from now on; claimed ones are awaited, because the scorer may be disposed next.
        long claimed = Interlocked.Exchange(ref _claimed, long.MaxValue);
        if (claimed == long.MaxValue)
            return;
        for (; _front < claimed; _front++)
            Front.WaitUntilScored();
        _session?.Dispose();
        foreach (Worker worker in _workers)
            worker.Session?.Dispose();
        foreach (RowBlock? block in _ring)
            block?.Dispose();
    }

    private RowBlock? Claim()
    {
        while (true)
        {
            long next = Volatile.Read(ref _claimed);
            if (next >= Volatile.Read(ref _filled))
                return null;
            // The ring's entry cannot be refilled before the block has been claimed and scored.
            if (Interlocked.CompareExchange(ref _claimed, next + 1, next) == next)
                return _ring[next % _ring.Length]!;
        }
    }

    private void Score(RowBlock block, ref IScoringSession? session)
    {
        try
        {
            session ??= _scorer.NewSession();
            ScoreRows(block, session);
        }
        catch (Exception e)
        {
            block.EndAt(0, e);
        }
        block.MarkScored();
    }

    private static void ScoreRows(RowBlock block, IScoringSession session)
    {
        Span<float> outputs = block.OutputsToWrite();
        try
        {
            session.Score(block.Sequences, outputs);
        }
        catch (Exception)
        {
            ScoreUpToTheFailure(block, session);
        }
    }

    // Scoring each row alone finds the one that fails, though as one of several: the rows before it score as they would have.
    private static void ScoreUpToTheFailure(RowBlock block, IScoringSession session)
    {
        var alone = block.Sequences.NewAlike();
        for (int row = 0; row < block.Count; row++)
            try
            {
                alone.Clear();
                alone.Add(block.Sequences[row]);
                session.Score(alone, block.OutputsToWrite(row));
            }
            catch (Exception e)
            {
                block.EndAt(row, e);
            }
    }

    /// <summary>Scores on the thread pool for as long as there are blocks.</summary>
    private sealed class Worker(BlockQueue queue) : IThreadPoolWorkItem
    {
        private IScoringSession? _session;
        private int _isBusy;

        public IScoringSession? Session => _session;

        /// <summary>Queues it on the thread pool; false where it is queued already.</summary>
        public bool TryStart()
        {
            if (!TryBecomeBusy())
                return false;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return true;
        }

        public void Execute()
        {
            do
            {
                while (queue.Claim() is RowBlock block)
                    queue.Score(block, ref _session);
                Interlocked.Exchange(ref _isBusy, 0);
            }
            // A block enqueued just before would have found it busy, and started no worker.
            while (queue.HasUnclaimed && TryBecomeBusy());
        }

        private bool TryBecomeBusy() => Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0;
    }
}
