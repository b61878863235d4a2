using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>Creates the kernels that score a cell's steps.</summary>
internal static class CellKernels
{
    /// <summary>A cell's kernel for the widest vectors that the processor computes fast.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="rowPrecision">Precision of the recurrent weights where rows are scored one by one.</param>
    public static CellKernel Create(Cell cell, KernelWeights weights, WeightPrecision rowPrecision) =>
        VectorWidth.Bits switch
        {
            512 => Create<Lanes512>(cell, weights, rowPrecision),
            256 => Create<Lanes256>(cell, weights, rowPrecision),
            _ => Create<Lanes128>(cell, weights, rowPrecision),
        };

    /// <summary>The same for vectors of a given width.</summary>
    public static CellKernel Create<T>(Cell cell, KernelWeights weights, WeightPrecision rowPrecision)
        where T : unmanaged, ILanes<T> => cell.Accept(new Maker<T>(weights, rowPrecision));

    private sealed class Maker<T>(KernelWeights weights, WeightPrecision rowPrecision) : ICellVisitor<CellKernel>
        where T : unmanaged, ILanes<T>
    {
        public CellKernel Visit<TForward, TTraining>()
            where TForward : unmanaged, ICellForward
            where TTraining : unmanaged, ICellTraining => new CellKernel<T, TForward>(weights, rowPrecision);
    }
}
