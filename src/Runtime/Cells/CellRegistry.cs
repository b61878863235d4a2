namespace RnnMlNet.Runtime.Cells;

/// <summary>The registry of all cells: the only place that lists them.</summary>
internal static class CellRegistry
{
    private static Cell[] _all = [new Elman(), new ElmanRelu(), new Gru(), new Lstm(), new MinGru(), new MinLstm(), new SLstm(), new Lru()];

    /// <summary>All cells.</summary>
    public static IReadOnlyList<Cell> All => _all;

    /// <summary>The cell of a kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static Cell Of(CellKind kind) =>
        Find(kind)
        ?? throw new ArgumentOutOfRangeException(
            nameof(kind),
            kind,
            $"There is no cell {kind}: it must be one of " + $"{string.Join(", ", _all.Select(cell => cell.Kind))}."
        );

    /// <summary>The cell of a kind; null where there is none.</summary>
    public static Cell? Find(CellKind kind)
    {
        foreach (Cell cell in _all)
            if (cell.Kind == kind)
                return cell;
        return null;
    }

    /// <summary>Adds a cell, for a test of adding one.</summary>
    internal static void Add(Cell cell) => _all = [.. _all, cell];
}
