using RnnMlNet;

namespace Scoring;

/// <summary>How many times faster than the peers we mean to be, per cell and shape.</summary>
internal static class Bars
{
    /// <summary>(F, H, T).</summary>
    public static readonly (int Features, int Units, int Steps)[] Shapes = [(8, 32, 24), (8, 64, 50), (12, 128, 100), (64, 256, 100)];

    public static readonly CellKind[] Cells = [CellKind.Lstm, CellKind.Gru, CellKind.Elman];

    /// <summary>One row, Predict against ONNX Runtime, one thread each.</summary>
    public static double Single(CellKind cell, int shape) => cell switch
    {
        CellKind.Lstm => new[] { 4, 2.5, 1.4, 1.35 }[shape],
        CellKind.Gru => new[] { 5, 3.5, 1.8, 1.6 }[shape],
        _ => new[] { 8, 8, 5, 2.8 }[shape],
    };

    /// <summary>Batches, against the better of ONNX Runtime and libtorch, two threads.</summary>
    public static double Batch(CellKind cell, int shape) => cell switch
    {
        CellKind.Lstm => new[] { 2.8, 1.5, 1.25, 1.08 }[shape],
        CellKind.Gru => new[] { 7, 4, 3, 1.9 }[shape],
        _ => new[] { 5.0, 5, 5, 3 }[shape],
    };

    /// <summary>The share of the kernel's own speed that Transform keeps.</summary>
    public const double Kept = .85;
}
