using System.Diagnostics;
using System.Globalization;

namespace Samples.Browser.Shared;

/// <summary>The mean time of a call. A browser's clock is coarse, so it is read around many calls, not around each.</summary>
internal readonly record struct Timing(double Milliseconds, int Calls)
{
    private static readonly TimeSpan _long = TimeSpan.FromMilliseconds(300);

    /// <summary>Calls for a while to warm up the JIT, then measures for as long.</summary>
    public static Timing Of(Action call)
    {
        Repeat(call);
        return Repeat(call);
    }

    /// <summary>The milliseconds, with three digits.</summary>
    public string Text => Milliseconds.ToString(Milliseconds < 1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    private static Timing Repeat(Action call)
    {
        int calls = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < _long)
        {
            call();
            calls++;
        }
        return new Timing(clock.Elapsed.TotalMilliseconds / calls, calls);
    }
}
