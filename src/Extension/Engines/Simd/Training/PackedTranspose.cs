using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The backward pass of a linear map to its input: the output gradient times the transposed weights. Packed anew after each update.
/// </summary>
/// <param name="inputs">Width of the map's input: of the result.</param>
/// <param name="columns">Width of the map's output: of the gradient.</param>
internal sealed unsafe class PackedTranspose<T>(int inputs, int columns)
    where T : unmanaged, ILanes<T>
{
    // Inputs per packed block of weights: its lines stay in the innermost cache even where they map to the same sets.
    private const int BlockInputs = 8;
    private const int BlockColumns = 16;

    private static int PanelInputs => 4 * T.Count;

    private readonly int _panels = (inputs + PanelInputs - 1) / PanelInputs;
    private readonly AlignedBuffer _packed = new((long)(inputs + PanelInputs - 1) / PanelInputs * PanelInputs * columns);
    private readonly AlignedBuffer _zeros = new(PanelInputs);

    /// <summary>Elements of a row of the result, padding included.</summary>
    public int Width => _panels * PanelInputs;

    private bool IsLastHalfEmpty => Width - inputs >= PanelInputs / 2;

    /// <summary>Panels of inputs.</summary>
    public int Panels => _panels;

    /// <summary>Packs a panel's part of the weights, [inputs, columns].</summary>
    public void Pack(float* weights, int panel)
    {
        int first = panel * PanelInputs,
            end = Math.Min(first + PanelInputs, inputs);
        for (int input = first; input < end; input += BlockInputs)
        for (int column = 0; column < columns; column += BlockColumns)
            PackBlock(weights, panel, input, Math.Min(input + BlockInputs, end), column);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackBlock(float* weights, int panel, int firstInput, int endInput, int firstColumn)
    {
        int endColumn = Math.Min(firstColumn + BlockColumns, columns);
        float* to = _packed.Start + (long)panel * PanelInputs * columns - panel * PanelInputs;
        for (int input = firstInput; input < endInput; input++)
        {
            float* from = weights + (long)input * columns;
            for (nint column = firstColumn; column < endColumn; column++)
                to[column * PanelInputs + input] = from[column];
        }
    }

    /// <summary>Some rows of the output gradient, times the transposed weights.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="back">The first row, [columns].</param>
    /// <param name="backStride">Elements to the next.</param>
    /// <param name="output">The first row of the result, [<see cref="Width"/>], overwritten.</param>
    /// <param name="outputStride">Elements to the next.</param>
    public void Multiply(int rows, float* back, nint backStride, float* output, nint outputStride)
    {
        for (int panel = 0; panel < _panels; panel++)
            Tiles<T, LinearForward>.Rows(
                rows,
                new TileArguments
                {
                    Weights = _packed.Start + (long)panel * PanelInputs * columns,
                    Start = _zeros.Start,
                    Input = back,
                    InputStride = backStride,
                    InputSize = columns,
                    Output = output + panel * PanelInputs,
                    OutputStride = outputStride,
                },
                isHalf: panel == _panels - 1 && IsLastHalfEmpty
            );
    }
}
