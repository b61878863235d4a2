namespace RnnMlNet.Tests.Support;

/// <summary>Bytes that a thread allocates.</summary>
internal static class Allocation
{
    private const int Turns = 5;

    /// <summary>
    /// The least of several turns: the runtime allocates now and then while it recompiles a method, and counts the rest of the thread's
    /// buffer as allocated when garbage is collected. Work that allocates does so in every turn.
    /// </summary>
    public static long Least(Action work) => Enumerable.Range(0, Turns).Min(_ => Of(work));

    private static long Of(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
