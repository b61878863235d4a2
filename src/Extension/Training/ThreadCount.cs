using RnnMlNet.Engines;

namespace RnnMlNet.Training;

/// <summary>How many threads compute where a number of them is asked for.</summary>
internal static class ThreadCount
{
    /// <summary>Beyond it more threads bring nothing on this machine, and far beyond it there is no memory for them: who asks for more
    /// means all that help.</summary>
    public static int Most { get; } = Math.Max(64, 4 * Environment.ProcessorCount);

    /// <param name="asked">The number asked for, at least 1; null for one a processor.</param>
    public static int Of(int? asked) => Math.Min(asked ?? Environment.ProcessorCount, Most);
}
