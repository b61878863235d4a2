using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>
/// The blocks of one cursor in their order, between reading and handing on, and the threads that score them. The cursor's own thread puts
/// blocks in and takes them out; it and workers on the thread pool claim blocks to score, each block by one of them, the oldest first. The
/// cursor's thread waits for a block only while another thread is at it and there is nothing left to score: so no thread is idle, and where
/// the pool has no thread to spare the cursor's own does all of it.
/// </summary>
internal sealed class BlockQueue : IDisposable
{
    private readonly ISequenceScorer _scorer;
    private readonly Func<RowBlock> _newBlock;
    private readonly RowBlock?[] _ring;
    private readonly Worker[] _workers;
    private IScoringSession? _session;

    // Numbers of blocks since the start: those handed on (below _front), those claimed, those put in. Block n stands at n modulo the ring's
    // length.
    private long _front;
    private long _claimed;
    private long _filled;

    /// <param name="scorer">The network.</param>
    /// <param name="threads">How many threads may score at once, the cursor's own among them.</param>
    /// <param name="newBlock">Makes a block.</param>
    public BlockQueue(ISequenceScorer scorer, int threads, Func<RowBlock> newBlock)
    {
        _scorer = scorer;
        _newBlock = newBlock;
        // Alone there is no one to read ahead for; else each thread has a block at hand when it is done with one.
        _ring = new RowBlock?[threads == 1 ? 1 : 2 * threads];
        _workers = new Worker[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
            _workers[i] = new Worker(this);
    }

    /// <summary>
    /// Whether to read a further block: while the ring has a place, and there are not twice as many blocks ahead as have been asked for, so
    /// that who looks at a few rows only does not wait for thousands.
    /// </summary>
    public bool HasRoom => _filled - _front < (FillsAtOnce ? _ring.Length : Math.Min(_ring.Length, 2 * (_front + 1)));

    /// <summary>
    /// Whether as many blocks as there is room for are read before the first is asked for: where there are few rows in all.
    /// </summary>
    public bool FillsAtOnce { get; init; }

    public bool IsEmpty => _filled == _front;

    /// <summary>Where there is room, the block to fill next.</summary>
    public RowBlock Free => _ring[_filled % _ring.Length] ??= _newBlock();

    private RowBlock Front => _ring[_front % _ring.Length]!;

    private bool HasUnclaimed => Volatile.Read(ref _claimed) < Volatile.Read(ref _filled);

    /// <summary>Puts <see cref="Free"/>, which has been filled, behind the others.</summary>
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

    /// <summary>Gives the oldest block's place free.</summary>
    public void Drop() => _front++;

    /// <summary>Ends all scoring: once it returns, no thread is at a block any more.</summary>
    public void Dispose()
    {
        // From now on nothing can be claimed; what has been is waited for, because the scorer may be disposed next.
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
            // The ring's place cannot be filled anew before the block has been claimed and scored.
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

    // Which row it is that cannot be scored shows when each is scored alone, though as one of several: the rows before it score as they
    // would have.
    private static void ScoreUpToTheFailure(RowBlock block, IScoringSession session)
    {
        var alone = new SequenceRows(block.Sequences.Features);
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

        /// <summary>Sends it to the thread pool; false where it is there already.</summary>
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
            // A block put in just before would have found it busy, and have started nobody.
            while (queue.HasUnclaimed && TryBecomeBusy());
        }

        private bool TryBecomeBusy() => Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0;
    }
}
