using System.Runtime.Intrinsics;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>Makes kernels for the widest vectors that this processor is quick with, found out once.</summary>
internal static class CellKernels
{
    /// <summary>Bits of the vectors used: 512, 256 or 128.</summary>
    public static int VectorBits { get; } = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>A recurrent cell.</summary>
    public static CellKernel Cell(CellKind cell, KernelWeights weights, WeightPrecision rowPrecision) => VectorBits switch
    {
        512 => Cell<Lanes512>(cell, weights, rowPrecision),
        256 => Cell<Lanes256>(cell, weights, rowPrecision),
        _ => Cell<Lanes128>(cell, weights, rowPrecision),
    };

    /// <summary>A linear layer, followed by a rectifier or not.</summary>
    public static CellKernel Linear(bool isRectified, KernelWeights weights) => VectorBits switch
    {
        512 => Linear<Lanes512>(isRectified, weights),
        256 => Linear<Lanes256>(isRectified, weights),
        _ => Linear<Lanes128>(isRectified, weights),
    };

    /// <summary>As <see cref="Cell(CellKind, KernelWeights, WeightPrecision)"/>, for vectors of the caller's choice.</summary>
    public static CellKernel Cell<T>(CellKind cell, KernelWeights weights, WeightPrecision rowPrecision) where T : unmanaged, ILanes<T> => cell switch
    {
        CellKind.Lstm => new CellKernel<T, LstmMath>(weights, rowPrecision),
        CellKind.Gru => new CellKernel<T, GruMath>(weights, rowPrecision),
        CellKind.ElmanRelu => new CellKernel<T, ReluMath>(weights, rowPrecision),
        _ => new CellKernel<T, TanhMath>(weights, rowPrecision),
    };

    /// <summary>As <see cref="Linear(bool, KernelWeights)"/>, for vectors of the caller's choice.</summary>
    public static CellKernel Linear<T>(bool isRectified, KernelWeights weights) where T : unmanaged, ILanes<T> =>
        isRectified ? new CellKernel<T, ReluMath>(weights, WeightPrecision.Full) : new CellKernel<T, LinearMath>(weights, WeightPrecision.Full);
}
