using System.Runtime.InteropServices;

namespace Training;

/// <summary>
/// Has glibc keep the memory that libtorch frees, instead of giving it back to the system and faulting in new pages a step later: training
/// on the CPU is two to three times as fast so. It holds for the whole process, which is why libtorch trains in one of its own.
/// </summary>
internal static partial class TorchAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <summary>Does so where the C library is glibc; whether it is.</summary>
    public static bool Tune()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return SetOption(MmapThreshold, 1 << 30) != 0 & SetOption(TrimThreshold, int.MaxValue) != 0 & SetOption(TopPad, 64 << 20) != 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
