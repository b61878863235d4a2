namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Threads that do numbered jobs together, the caller's own among them. A training step has several rounds of a few dozen microseconds, so threads
/// that wait for the next one look for it a while before they sleep.
/// </summary>
internal sealed class Crew : IDisposable
{
    private const int Looks = 2000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private Action<int, int> _job = static (_, _) => { };
    private Exception? _failure;
    private int _jobs;
    private int _round;
    private int _next;
    private int _working;
    private int _asleep;
    private volatile bool _ends;

    /// <param name="threads">How many, the caller's among them.</param>
    public Crew(int threads)
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

    /// <summary>Does the jobs 0 .. <paramref name="jobs"/> - 1, and returns when all are done.</summary>
    /// <param name="jobs">How many.</param>
    /// <param name="job">Given the job's number, and that of the thread that does it.</param>
    public void Run(int jobs, Action<int, int> job)
    {
        if (jobs == 1 || _threads.Length == 0)
        {
            for (int i = 0; i < jobs; i++)
                job(i, 0);
            return;
        }
        _job = job;
        _jobs = jobs;
        _failure = null;
        _next = 0;
        Volatile.Write(ref _working, _threads.Length);
        Interlocked.Increment(ref _round);
        if (Interlocked.Exchange(ref _asleep, 0) is int asleep and > 0)
            _wake.Release(asleep);
        DoJobs(0);
        var wait = new SpinWait();
        while (Volatile.Read(ref _working) > 0)
            wait.SpinOnce(sleep1Threshold: -1);
        if (_failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }

    public void Dispose()
    {
        if (_ends)
            return;
        _ends = true;
        _wake.Release(_threads.Length);
        foreach (Thread thread in _threads)
            thread.Join();
        _wake.Dispose();
    }

    private void Work(int worker)
    {
        int seen = 0;
        while (WaitForRound(ref seen))
        {
            DoJobs(worker);
            Interlocked.Decrement(ref _working);
        }
    }

    private bool WaitForRound(ref int seen)
    {
        for (int look = 0; look < Looks && !_ends; look++)
        {
            if (IsNew(ref seen))
                return true;
            Thread.SpinWait(10);
        }
        while (!_ends)
        {
            Interlocked.Increment(ref _asleep);
            // A round that began just before would not have seen that one more sleeps.
            if (IsNew(ref seen))
            {
                StandUp();
                return true;
            }
            _wake.Wait();
            if (IsNew(ref seen))
                return true;
        }
        return false;
    }

    // Counted among the sleepers without having slept: takes itself, or the wake-up meant for it, back.
    private void StandUp()
    {
        int asleep = Volatile.Read(ref _asleep);
        while (asleep > 0)
        {
            int before = Interlocked.CompareExchange(ref _asleep, asleep - 1, asleep);
            if (before == asleep)
                return;
            asleep = before;
        }
        _wake.Wait();
    }

    private bool IsNew(ref int seen)
    {
        int round = Volatile.Read(ref _round);
        if (round == seen)
            return false;
        seen = round;
        return true;
    }

    private void DoJobs(int worker)
    {
        try
        {
            for (int job = Interlocked.Increment(ref _next) - 1; job < _jobs; job = Interlocked.Increment(ref _next) - 1)
                _job(job, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }
}
