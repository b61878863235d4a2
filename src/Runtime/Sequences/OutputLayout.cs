namespace RnnMlNet.Runtime.Sequences;

/// <summary>The layout of several rows' outputs, one after the other.</summary>
/// <param name="Width">Outputs of a row, or of each of its steps.</param>
/// <param name="PerStep">Whether each step has outputs: a row of T steps then has [T, Width], row-major.</param>
internal readonly record struct OutputLayout(int Width, bool PerStep = false)
{
    /// <summary>Number of outputs of a row of so many steps.</summary>
    public int Of(int steps) => PerStep ? checked(steps * Width) : Width;

    /// <summary>Number of outputs of all rows.</summary>
    public int Of(SequenceRows rows) => checked((PerStep ? rows.TotalLength : rows.Count) * Width);

    /// <summary>A row's part of the outputs of all rows.</summary>
    public Span<float> Slice(Span<float> outputs, SequenceRows rows, int row) =>
        outputs.Slice((PerStep ? rows.StartOf(row) : row) * Width, Of(rows.LengthOf(row)));
}
