using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>The states of the last recurrent layer over several rows, the longest first.</summary>
internal readonly unsafe ref struct RowStates
{
    /// <summary>R, the rows.</summary>
    public required int Rows { get; init; }

    /// <summary>T, steps of the longest row.</summary>
    public required int Steps { get; init; }

    /// <summary>[R] steps of each row.</summary>
    public required ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>[R, Padded] of the direction that ran last, h after a row's last step; zeros for an empty row.</summary>
    public required float* Last { get; init; }

    /// <summary>[R, CellPadded] likewise c, or the several states beside h; zeros for a cell without one.</summary>
    public required float* Cell { get; init; }

    /// <summary>Elements from one row's state to the next, whole panels of the kernels.</summary>
    public required int Padded { get; init; }

    /// <summary>Elements from one row's states beside h to the next row's.</summary>
    public required int CellPadded { get; init; }

    /// <summary>[R, T, H x directions] h at every step, where <see cref="Readout.ReadsEveryState"/>.</summary>
    public required float* All { get; init; }
}

/// <summary>A group of rows that are scored together, with their static inputs and the positions of their outputs.</summary>
/// <param name="outputs">The outputs of all rows.</param>
internal readonly ref struct RowGroup(Span<float> outputs)
{
    private readonly Span<float> _outputs = outputs;

    /// <summary>The rows' indices among all; empty where they are consecutive from <see cref="First"/>.</summary>
    public ReadOnlySpan<int> Order { get; init; }

    /// <summary>The first row's index among all.</summary>
    public int First { get; init; }

    /// <summary>The rows of <see cref="Order"/>.</summary>
    public SequenceRows? Rows { get; init; }

    /// <summary>[all rows, StaticSize] static inputs of the rows; empty for none.</summary>
    public ReadOnlySpan<float> StaticInputs { get; init; }

    /// <summary>[all rows] the decoder channel of each row; empty where there is one only.</summary>
    public ReadOnlySpan<int> Channels { get; init; }

    /// <summary>A row's index among all.</summary>
    public int Place(int row) => Order.IsEmpty ? First + row : Order[row];

    /// <summary>A row's outputs; for a tagger those of its steps.</summary>
    public Span<float> Outputs(NetworkShape shape, int row) =>
        Rows is null ? _outputs.Slice(Place(row) * shape.Outputs, shape.Outputs) : shape.OutputLayout.Slice(_outputs, Rows, Place(row));

    /// <summary>[StaticSize] a row's static values.</summary>
    public ReadOnlySpan<float> Static(NetworkShape shape, int row) =>
        Rows is null ? StaticInputs.Slice(Place(row) * shape.StaticSize, shape.StaticSize) : Rows[Place(row)].Static;
}
