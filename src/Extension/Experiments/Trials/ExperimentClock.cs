using System.Diagnostics;

namespace RnnMlNet.Experiments.Trials;

/// <summary>
/// The time limits of an experiment: for the search, which leaves time to train the model on all rows, and for the whole.
/// </summary>
internal sealed class ExperimentClock : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _limit;
    private readonly CancellationTokenSource _search,
        _end;
    private double _before,
        _reserve;

    /// <param name="maxSeconds">The time limit.</param>
    /// <param name="user">The user's token, which ends both.</param>
    public ExperimentClock(double maxSeconds, CancellationToken user)
    {
        _limit = maxSeconds;
        _search = CancellationTokenSource.CreateLinkedTokenSource(user);
        _end = CancellationTokenSource.CreateLinkedTokenSource(user);
        Arm();
    }

    /// <summary>Cancels trials.</summary>
    public CancellationToken Search => _search.Token;

    /// <summary>Cancels the training of the model.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Seconds since the experiment began, earlier runs included.</summary>
    public double Seconds => _before + _clock.Elapsed.TotalSeconds;

    /// <summary>Adds the duration of earlier runs.</summary>
    public void GoOnFrom(double seconds)
    {
        _before = seconds;
        Arm();
    }

    /// <summary>Ends the search a number of seconds before the limit.</summary>
    public void Reserve(double seconds)
    {
        _reserve = seconds;
        Arm();
    }

    /// <summary>Ends the search now.</summary>
    public void Stop() => _search.Cancel();

    public void Dispose()
    {
        _search.Dispose();
        _end.Dispose();
    }

    private void Arm()
    {
        CancelAfter(_search, _limit - _reserve - Seconds);
        CancelAfter(_end, _limit - Seconds);
    }

    private static void CancelAfter(CancellationTokenSource source, double seconds)
    {
        if (!source.IsCancellationRequested)
            source.CancelAfter(TimeSpan.FromMilliseconds(Math.Clamp(seconds * 1000, 0, int.MaxValue)));
    }
}
