using System.Collections.Concurrent;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// A scorer whose score of a row is the sum of its numbers, that counts what is done to it, and that a test can stop half-way or let fail.
/// </summary>
internal sealed class ProbeScorer : ISequenceScorer
{
    private readonly ConcurrentDictionary<int, bool> _threads = [];
    private int _opened,
        _closed,
        _atWork,
        _mostAtWork;
    private long _rows;

    /// <summary>The exception for a row whose first value is <see cref="Unscorable"/>.</summary>
    public static readonly InvalidOperationException Failure = new("This row cannot be scored.");

    public const float Unscorable = -12345;

    /// <summary>Scoring waits for it.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Whether no session can be had.</summary>
    public bool HasNoSessions { get; init; }

    public int SessionsOpened => _opened;

    public int SessionsClosed => _closed;

    /// <summary>Rows that scoring has begun with.</summary>
    public long RowsScored => Interlocked.Read(ref _rows);

    /// <summary>Threads that are scoring now, whether or not at the gate.</summary>
    public int AtWork => Volatile.Read(ref _atWork);

    /// <summary>Most threads that were scoring at once.</summary>
    public int MostAtWork => Volatile.Read(ref _mostAtWork);

    /// <summary>How many threads have scored.</summary>
    public int Threads => _threads.Count;

    public IScoringSession NewSession()
    {
        if (HasNoSessions)
            throw Failure;
        Interlocked.Increment(ref _opened);
        return new Session(this);
    }

    public void Dispose() { }

    /// <summary>The score of a row.</summary>
    public static float Sum(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float value in values)
            sum += value == Unscorable ? throw Failure : value;
        return sum;
    }

    private void Enter(int rows)
    {
        _threads[Environment.CurrentManagedThreadId] = true;
        Interlocked.Add(ref _rows, rows);
        int now = Interlocked.Increment(ref _atWork);
        for (int most = _mostAtWork; now > most; most = _mostAtWork)
            Interlocked.CompareExchange(ref _mostAtWork, now, most);
        Gate.Wait();
    }

    private sealed class Session(ProbeScorer scorer) : IScoringSession
    {
        private int _users;
        private bool _isClosed;

        public void Score(in SequenceView sequence, Span<float> outputs) => throw new NotSupportedException("Only rows together.");

        public void Score(SequenceRows rows, Span<float> outputs)
        {
            if (Interlocked.Increment(ref _users) != 1 || _isClosed)
                throw new InvalidOperationException("A session is used by two threads at once, or after its end.");
            scorer.Enter(rows.Count);
            try
            {
                for (int row = 0; row < rows.Count; row++)
                    outputs[row] = Sum(rows[row].Steps);
            }
            finally
            {
                Interlocked.Decrement(ref scorer._atWork);
                Interlocked.Decrement(ref _users);
            }
        }

        public void Dispose()
        {
            if (_isClosed || _users != 0)
                throw new InvalidOperationException("A session is closed twice, or in use.");
            _isClosed = true;
            Interlocked.Increment(ref scorer._closed);
        }
    }
}
