using RnnMlNet.Engines;

namespace RnnMlNet.Training;

/// <summary>The number of threads to compute with.</summary>
internal static class ThreadCount
{
    /// <summary>The largest useful number: more threads gain nothing on this machine, and many more exhaust its memory, so larger requests
    /// are capped.</summary>
    public static int Most { get; } = Math.Max(64, 4 * Environment.ProcessorCount);

    /// <param name="asked">The requested number, at least 1; null for one per processor.</param>
    public static int Of(int? asked) => Math.Min(asked ?? Environment.ProcessorCount, Most);
}
