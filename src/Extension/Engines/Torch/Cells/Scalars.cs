using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// Constants for torch that are never collected, and the operations that need one. TorchSharp passes the native handle of a
/// <see cref="Scalar"/> to libtorch without keeping the scalar alive: a temporary one (<c>a + b</c> creates a 1, <c>x * 2</c> a 2) may be
/// collected while the call still reads it, when other threads keep the garbage collector busy. Torch then reads arbitrary memory, or
/// throws.
/// </summary>
internal static class Scalars
{
    public static readonly Scalar Zero = 0,
        One = 1,
        MinusInfinity = float.NegativeInfinity,
        Lowest = float.MinValue,
        TwoToMinus24 = 1f / (1 << 24),
        Tiny = 1e-6f;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>1 - a.</summary>
    public static Tensor OneMinus(this Tensor a) => a.negative().add(One, One);

    /// <summary>a - 1.</summary>
    public static Tensor MinusOne(this Tensor a) => a.sub(One);
}
