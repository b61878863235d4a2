namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>The registry of torch's cells: the only place that lists them.</summary>
internal static class TorchCells
{
    private static readonly TorchCell[] _all =
    [
        new TorchElman(CellKind.Elman),
        new TorchElman(CellKind.ElmanRelu),
        new TorchGru(),
        new TorchLstm(),
        new TorchMinGru(),
        new TorchMinLstm(),
        new TorchSLstm(),
        new TorchLru(),
    ];

    /// <summary>Torch's implementation of a cell.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static TorchCell Of(CellKind kind) =>
        Find(kind)
        ?? throw new NotSupportedException(
            $"The cell {kind} cannot be trained or scored by torch: leave Device null, or set it to "
                + $"\"cpu\", with Engine {nameof(EngineKind.Simd)}."
        );

    /// <summary>Torch's implementation of a cell; null where there is none.</summary>
    public static TorchCell? Find(CellKind kind) => Array.Find(_all, cell => cell.Kind == kind);
}
