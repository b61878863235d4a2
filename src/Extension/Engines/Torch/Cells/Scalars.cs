using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// Numbers for torch that are held for good, and the operations that need one. TorchSharp gives libtorch the native handle of a
/// <see cref="Scalar"/> without keeping the scalar alive: one made in passing (<c>a + b</c> makes a 1, <c>x * 2</c> a 2) may be collected
/// while the call still reads it, when other threads keep the garbage collector busy. Then torch computes with whatever stands there, or
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
