using System.Diagnostics;

namespace Shared;

/// <summary>Measures what the processor does at best, on one thread or several.</summary>
internal static class ProcessorRate
{
    // Results go somewhere, or the JIT would not compute them.
    private static volatile float _result;

    /// <summary>Units (operations, bytes) per nanosecond of all threads together, which run at the same time.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="milliseconds">How long each runs at least.</param>
    /// <param name="work">Makes a thread's work, which returns the units that it did.</param>
    public static double Of(int threads, double milliseconds, Func<int, Func<long>> work)
    {
        var rates = new double[threads];
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => rates[i] = OneThread(milliseconds, work(i))))];
        foreach (Thread thread in others)
            thread.Start();
        rates[0] = OneThread(milliseconds, work(0));
        foreach (Thread thread in others)
            thread.Join();
        return rates.Sum();
    }

    /// <summary>Uses a result.</summary>
    public static void Keep(float result) => _result = result;

    private static double OneThread(double milliseconds, Func<long> work)
    {
        long units = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            units += work();
        } while (clock.Elapsed.TotalMilliseconds < milliseconds);
        return units / clock.Elapsed.TotalNanoseconds;
    }
}
