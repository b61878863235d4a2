namespace RnnMlNet.Runtime.Kernels;

/// <summary>Makes the kernels of linear layers.</summary>
internal static class LinearKernels
{
    /// <summary>A linear layer, followed by a rectifier or not, for the widest vectors that the processor is quick with.</summary>
    public static CellKernel Create(bool isRectified, KernelWeights weights) =>
        VectorWidth.Bits switch
        {
            512 => Create<Lanes512>(isRectified, weights),
            256 => Create<Lanes256>(isRectified, weights),
            _ => Create<Lanes128>(isRectified, weights),
        };

    /// <summary>The same for vectors of the caller's choice.</summary>
    public static CellKernel Create<T>(bool isRectified, KernelWeights weights)
        where T : unmanaged, ILanes<T> =>
        isRectified
            ? new CellKernel<T, RectifiedForward>(weights, WeightPrecision.Full)
            : new CellKernel<T, LinearForward>(weights, WeightPrecision.Full);
}
