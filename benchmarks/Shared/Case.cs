using RnnMlNet;
using RnnMlNet.Runtime.Networks;

namespace Shared;

/// <summary>A cell and the sizes it is measured at: F features, H units, T steps, one layer, three classes.</summary>
internal sealed record Case(CellKind Cell, int Features, int Units, int Steps)
{
    public const int Classes = 3;

    private static readonly (int Features, int Units, int Steps)[] _shapes = [(8, 32, 24), (8, 64, 50), (12, 128, 100), (64, 256, 100)];

    public string Name => $"{Cell} {Features},{Units},{Steps}";

    /// <summary>The network.</summary>
    public NetworkShape Shape =>
        new()
        {
            Cell = Cell,
            Features = Features,
            HiddenSize = Units,
            Outputs = Classes,
        };

    /// <summary>Operations that score a row, a multiply-add being two: each gate's products with the input and the hidden state.</summary>
    public double Operations => 2.0 * Shape.Gates * Units * (Features + Units) * Steps;

    /// <summary>Bytes of the recurrent weights, which each time step of a single row reads.</summary>
    public long RecurrentBytes => (long)sizeof(float) * Shape.Gates * Units * Units;

    /// <summary>Those of the cells with an operator in the peers whose name contains <paramref name="only"/>.</summary>
    public static IEnumerable<Case> All(string only) => Of([CellKind.Lstm, CellKind.Gru, CellKind.Elman], only);

    /// <summary>Those of the cells without recurrent weights, and of the LSTM with exponential gates.</summary>
    public static IEnumerable<Case> Recent(string only) => Of([CellKind.MinGru, CellKind.MinLstm, CellKind.Lru, CellKind.SLstm], only);

    private static IEnumerable<Case> Of(CellKind[] cells, string only) =>
        from cell in cells
        from shape in _shapes
        let @case = new Case(cell, shape.Features, shape.Units, shape.Steps)
        where @case.Name.Contains(only, StringComparison.OrdinalIgnoreCase)
        select @case;

    /// <summary>The case's bar, of those of its cell by size, smallest first.</summary>
    public double Bar(double[] lstm, double[] gru, double[] elman)
    {
        double[] bars = Cell switch
        {
            CellKind.Lstm => lstm,
            CellKind.Gru => gru,
            _ => elman,
        };
        return bars[Array.FindIndex(_shapes, shape => shape.Units == Units)];
    }
}
