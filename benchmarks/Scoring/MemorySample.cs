namespace Scoring;

/// <summary>Bytes in use: what is alive on the managed heap, and what the process holds of the machine's memory.</summary>
internal readonly record struct MemorySample(long Heap, long Process)
{
    public static MemorySample Take()
    {
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return new MemorySample(heap, self.WorkingSet64);
    }

    /// <summary>By how much samples rose above the first, which is taken when everything is warm; 0 where none did.</summary>
    public static long Growth(IReadOnlyList<long> samples) => samples.Max() - samples[0];
}
