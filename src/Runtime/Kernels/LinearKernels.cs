namespace RnnMlNet.Runtime.Kernels;

/// <summary>Creates the kernels of linear layers.</summary>
internal static class LinearKernels
{
    /// <summary>A linear layer, with or without a rectifier, for the widest vectors that the processor computes fast.</summary>
    public static CellKernel Create(bool isRectified, KernelWeights weights) =>
        VectorWidth.Bits switch
        {
            512 => Create<Lanes512>(isRectified, weights),
            256 => Create<Lanes256>(isRectified, weights),
            _ => Create<Lanes128>(isRectified, weights),
        };

    /// <summary>The same for vectors of a given width.</summary>
    public static CellKernel Create<T>(bool isRectified, KernelWeights weights)
        where T : unmanaged, ILanes<T> =>
        isRectified
            ? new CellKernel<T, RectifiedForward>(weights, WeightPrecision.Full)
            : new CellKernel<T, LinearForward>(weights, WeightPrecision.Full);
}
