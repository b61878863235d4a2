namespace RnnMlNet.Data;

/// <summary>The memory limit of a Fit's rows, and the folder for the rest.</summary>
/// <param name="MemoryLimit">Bytes in memory at most; 0 or more.</param>
/// <param name="Directory">The folder of the temporary file for rows beyond the limit.</param>
internal sealed record StoreSettings(long MemoryLimit, string Directory)
{
    /// <summary>
    /// The given settings; by default, half of the memory that this process may use, and the system's folder for temporary files.
    /// </summary>
    public static StoreSettings Of(long? memoryLimit, string? directory) =>
        new(memoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, directory ?? Path.GetTempPath());

    /// <summary>
    /// The same for a long table, which is open while a Fit's own store fills: by default, a quarter of the memory.
    /// </summary>
    public static StoreSettings OfTable(long? memoryLimit, string? directory) =>
        Of(memoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, directory);

    /// <summary>The remainder for a second store beside one that takes <paramref name="bytes"/> of memory.</summary>
    public StoreSettings Beside(long bytes) => this with { MemoryLimit = Math.Max(0, MemoryLimit - bytes) };
}
