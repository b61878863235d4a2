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

    /// <summary>[R, Padded] of the direction that ran last, h after a row's last step; of an empty row, zeros.</summary>
    public required float* Last { get; init; }

    /// <summary>[R, Padded] likewise c; zeros of a cell without one.</summary>
    public required float* Cell { get; init; }

    /// <summary>Elements from one row's state to the next, whole panels of the kernels.</summary>
    public required int Padded { get; init; }

    /// <summary>[R, T, H x directions] h at every step, where <see cref="Readout.ReadsEveryState"/>.</summary>
    public required float* All { get; init; }
}

/// <summary>Which rows are scored together, what the network reads of them beside their steps, and where their outputs stand.</summary>
/// <param name="outputs">The outputs of all rows.</param>
internal readonly ref struct RowGroup(Span<float> outputs)
{
    private readonly Span<float> _outputs = outputs;

    /// <summary>The rows' places among all; empty where they follow each other from <see cref="First"/>.</summary>
    public ReadOnlySpan<int> Order { get; init; }

    /// <summary>The first row's place among all.</summary>
    public int First { get; init; }

    /// <summary>The rows of <see cref="Order"/>.</summary>
    public SequenceRows? Rows { get; init; }

    /// <summary>[all rows, StaticSize] values of a row beside its steps; empty where the network reads none.</summary>
    public ReadOnlySpan<float> StaticInputs { get; init; }

    /// <summary>[all rows] which of a decoder's channels a row is of; empty where there is one only.</summary>
    public ReadOnlySpan<int> Channels { get; init; }

    /// <summary>A row's place among all.</summary>
    public int Place(int row) => Order.IsEmpty ? First + row : Order[row];

    /// <summary>A row's outputs, of a tagger those of its steps.</summary>
    public Span<float> Outputs(NetworkShape shape, int row) =>
        Rows is null ? _outputs.Slice(Place(row) * shape.Outputs, shape.Outputs) : shape.OutputLayout.Slice(_outputs, Rows, Place(row));

    /// <summary>[StaticSize] a row's values beside its steps.</summary>
    public ReadOnlySpan<float> Static(NetworkShape shape, int row) => StaticInputs.Slice(Place(row) * shape.StaticSize, shape.StaticSize);
}
