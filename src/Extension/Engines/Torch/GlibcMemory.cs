using System.Runtime.InteropServices;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Makes glibc keep the memory that libtorch frees after each step, instead of returning it to the system and faulting in new pages a step
/// later. The setting holds for the whole process until its end; glibc cannot report the previous one.
/// </summary>
internal static partial class GlibcMemory
{
    // From malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <summary>Applies the setting where the C library is glibc.</summary>
    /// <returns>The outcome, for the log.</returns>
    public static string Keep()
    {
        if (!OperatingSystem.IsLinux())
            return "KeepFreedMemory does nothing: it is a setting of glibc, the C library of Linux.";
        try
        {
            return TryKeep()
                ? "KeepFreedMemory: from now on this process keeps the memory that native code frees."
                : "KeepFreedMemory does nothing: the C library refused the setting.";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return "KeepFreedMemory does nothing: it is a setting of glibc, and the C library is another one.";
        }
    }

    /// <summary>
    /// Sets the three thresholds, in bytes, for mapping, trimming and padding memory; returns whether all were accepted.
    /// </summary>
    public static bool TrySet(int mapFrom, int trimFrom, int pad) =>
        SetOption(MmapThreshold, mapFrom) != 0 & SetOption(TrimThreshold, trimFrom) != 0 & SetOption(TopPad, pad) != 0;

    // Older glibcs accept no mapping threshold above 32 MiB.
    private static bool TryKeep() => TrySet(1 << 30, int.MaxValue, 64 << 20) || TrySet(32 << 20, int.MaxValue, 64 << 20);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
