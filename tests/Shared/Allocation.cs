namespace RnnMlNet.Tests.Support;

/// <summary>Bytes that work allocates.</summary>
/// <remarks>
/// The least of several turns: the runtime allocates now and then while it recompiles a method, and counts the rest of the thread's buffer
/// as allocated when garbage is collected. Work that allocates does so in every turn.
/// </remarks>
internal static class Allocation
{
    private const int Turns = 5;

    /// <summary>On the calling thread alone.</summary>
    public static long Least(Action work) => Least(GC.GetAllocatedBytesForCurrentThread, work);

    /// <summary>On all threads of the process, the test platform's too.</summary>
    public static long LeastOfProcess(Action work) => Least(() => GC.GetTotalAllocatedBytes(precise: true), work);

    private static long Least(Func<long> allocated, Action work) =>
        Enumerable
            .Range(0, Turns)
            .Min(_ =>
            {
                long before = allocated();
                work();
                return allocated() - before;
            });
}
