using System.Runtime.Intrinsics;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>The widest vectors that this processor computes fast, determined once.</summary>
internal static class VectorWidth
{
    /// <summary>Bits of the vectors used: 512, 256 or 128.</summary>
    public static int Bits { get; } =
        Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : 128;
}
