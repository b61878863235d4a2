using System.Runtime.CompilerServices;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>Matrix products in registers (the generated part), and the activation of their sums.</summary>
internal static unsafe partial class Tiles<T, TForward>
    where T : unmanaged, ILanes<T>
    where TForward : unmanaged, ICellForward
{
    private static int PanelUnits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Count * TForward.Vectors / TForward.Gates;
    }

    /// <summary>Any number of rows, in tiles as even as possible: 8 rows are 4 and 4, not 6 and 2.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="tile">The first row's arguments.</param>
    /// <param name="isHalf">Whether only the first half of the panel's four vectors counts.</param>
    public static void Rows(int rows, TileArguments tile, bool isHalf)
    {
        for (int tiles = (rows + T.TileRows - 1) / T.TileRows; tiles > 0; tiles--)
        {
            int count = (rows + tiles - 1) / tiles;
            if (isHalf)
                HalfTile(count, tile);
            else
                Tile(count, tile);
            rows -= count;
            tile.Input += count * tile.InputStride;
            tile.Hidden += count * tile.HiddenStride;
            tile.State += count * tile.StateStride;
            tile.Output += count * tile.OutputStride;
        }
    }

    /// <summary>The activation of one row's sums, panel after panel.</summary>
    /// <param name="panels">Number of panels.</param>
    /// <param name="isLastHalf">Whether only the first half of the last panel counts.</param>
    /// <param name="sums">Four vectors of each panel.</param>
    /// <param name="unit">As in <see cref="TileArguments.Unit"/>, of the first panel.</param>
    /// <param name="state">As in <see cref="TileArguments.State"/>, of the first panel.</param>
    /// <param name="output">As in <see cref="TileArguments.Output"/>, of the first panel.</param>
    /// <param name="gateStride">As in <see cref="TileArguments.GateStride"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate(int panels, bool isLastHalf, float* sums, float* unit, float* state, float* output, nint gateStride)
    {
        for (int panel = 0; panel < panels; panel++, sums += 4 * T.Count, unit += PanelUnits, state += PanelUnits, output += PanelUnits)
            if (isLastHalf && panel == panels - 1)
                TForward.ActivateHalf(T.Load(sums), T.Load(sums + T.Count), output, gateStride);
            else
                ActivateRow(
                    T.Load(sums),
                    T.Load(sums + T.Count),
                    T.Load(sums + 2 * T.Count),
                    T.Load(sums + 3 * T.Count),
                    unit,
                    state,
                    output,
                    gateStride
                );
    }

    /// <summary>The activation of a row's sums, four vectors, with the units' values where the cell has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ActivateRow(T a0, T a1, T a2, T a3, float* unit, float* state, float* output, nint gateStride)
    {
        if (TForward.UnitParameters > 0)
            TForward.Activate(a0, a1, a2, a3, unit, state, output, gateStride);
        else
            TForward.Activate(a0, a1, a2, a3, state, output, gateStride);
    }

    /// <summary>The activation of several rows' sums, four vectors each.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ActivateTile(
        int rows,
        float* sums,
        float* unit,
        float* state,
        nint stateStride,
        float* output,
        nint outputStride,
        nint gateStride
    )
    {
        for (int row = 0; row < rows; row++)
        {
            ActivateRow(
                T.Load(sums),
                T.Load(sums + T.Count),
                T.Load(sums + 2 * T.Count),
                T.Load(sums + 3 * T.Count),
                unit,
                state,
                output,
                gateStride
            );
            sums += 4 * T.Count;
            state += stateStride;
            output += outputStride;
        }
    }

    /// <summary>The activation of several rows' sums of half a panel, two vectors each.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ActivateHalfTile(int rows, float* sums, float* output, nint outputStride, nint gateStride)
    {
        for (int row = 0; row < rows; row++)
        {
            TForward.ActivateHalf(T.Load(sums), T.Load(sums + T.Count), output, gateStride);
            sums += 2 * T.Count;
            output += outputStride;
        }
    }
}
