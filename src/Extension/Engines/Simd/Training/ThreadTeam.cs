using System.Runtime.ExceptionServices;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// A thread team that runs numbered jobs, the caller's thread included. A training step has several rounds of a few dozen microseconds, so
/// threads spin for the next round before they sleep. A round waits for jobs, not for threads: a thread that is late, because the machine
/// is busy, delays none.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private const int Spins = 1000;
    private const int NumberBits = 24;
    private const long NumberMask = (1L << NumberBits) - 1;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private Action<int, int> _job = static (_, _) => { };
    private Exception? _failure;

    // The round's number, its number of jobs, and the next job, in one integer, so that a job is taken from this round or not at all.
    private long _ticket;
    private int _done;
    private int _asleep;
    private volatile bool _ends;

    /// <param name="threads">Number of threads, the caller's included.</param>
    public ThreadTeam(int threads)
    {
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"RnnMlNet training {worker}" };
            _threads[i].Start();
        }
    }

    public int Threads => _threads.Length + 1;

    /// <summary>Runs the jobs 0 .. <paramref name="jobs"/> - 1, and returns when all are done.</summary>
    /// <param name="jobs">Number of jobs.</param>
    /// <param name="job">Receives the job's index, and that of the thread that runs it.</param>
    public void Run(int jobs, Action<int, int> job)
    {
        if (jobs <= 1 || _threads.Length == 0)
        {
            for (int i = 0; i < jobs; i++)
                job(i, 0);
            return;
        }
        _job = job;
        _failure = null;
        _done = 0;
        long round = (_ticket >> (2 * NumberBits)) + 1;
        Interlocked.Exchange(ref _ticket, round << (2 * NumberBits) | (long)jobs << NumberBits);
        WakeSleepers();
        DoJobs(0);
        var wait = new SpinWait();
        while (Volatile.Read(ref _done) < jobs)
            wait.SpinOnce(sleep1Threshold: -1);
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    public void Dispose()
    {
        if (_ends)
            return;
        _ends = true;
        Interlocked.MemoryBarrier();
        WakeSleepers();
        foreach (Thread thread in _threads)
            thread.Join();
        _wake.Dispose();
    }

    private void WakeSleepers()
    {
        if (Interlocked.Exchange(ref _asleep, 0) is int asleep and > 0)
            _wake.Release(asleep);
    }

    private void Work(int worker)
    {
        while (!_ends)
        {
            for (int look = 0; look < Spins && !HasJobs() && !_ends; look++)
                Thread.SpinWait(10);
            if (HasJobs())
                DoJobs(worker);
            else
                Sleep();
        }
    }

    private void Sleep()
    {
        Interlocked.Increment(ref _asleep);
        // A round that began just before would not have seen one more sleeper. A thread that was counted is also woken, which must be
        // awaited.
        if ((HasJobs() || _ends) && Wake())
            return;
        _wake.Wait();
    }

    private bool Wake()
    {
        int asleep = Volatile.Read(ref _asleep);
        while (asleep > 0)
        {
            int before = Interlocked.CompareExchange(ref _asleep, asleep - 1, asleep);
            if (before == asleep)
                return true;
            asleep = before;
        }
        return false;
    }

    private bool HasJobs() => HasJobs(Volatile.Read(ref _ticket));

    private static bool HasJobs(long ticket) => (ticket & NumberMask) < ((ticket >> NumberBits) & NumberMask);

    private void DoJobs(int worker)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            if (!HasJobs(ticket))
                return;
            Action<int, int> job = _job;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
                continue;
            Do(job, (int)(ticket & NumberMask), worker);
            Interlocked.Increment(ref _done);
        }
    }

    private void Do(Action<int, int> job, int number, int worker)
    {
        try
        {
            job(number, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }
}
