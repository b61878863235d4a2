namespace RnnMlNet.Data;

/// <summary>How much of a Fit's rows may lie in memory, and where the others go.</summary>
/// <param name="MemoryLimit">Bytes in memory at most; 0 or more.</param>
/// <param name="Directory">The folder of the temporary file that holds what is beyond.</param>
internal sealed record StoreSettings(long MemoryLimit, string Directory)
{
    /// <summary>
    /// The given settings; by default, half of the memory that this process may use, and the system's folder for temporary files.
    /// </summary>
    public static StoreSettings Of(long? memoryLimit, string? directory) =>
        new(memoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, directory ?? Path.GetTempPath());

    /// <summary>What is left for a second store beside one that takes <paramref name="bytes"/> of memory.</summary>
    public StoreSettings Beside(long bytes) => this with { MemoryLimit = Math.Max(0, MemoryLimit - bytes) };
}
