namespace RnnMlNet.Runtime.Kernels;

/// <summary>What a register tile reads and writes: some rows times one panel of units.</summary>
internal unsafe struct TileArguments
{
    /// <summary>The panel's weights: of each input, then of each unit of the state, its vectors.</summary>
    public float* Weights;

    /// <summary>Four vectors that the accumulators start from.</summary>
    public float* Start;

    /// <summary>The first row's input; the next row's lies <see cref="InputStride"/> numbers on.</summary>
    public float* Input;

    public nint InputStride;

    /// <summary>Numbers of a row's input.</summary>
    public nint InputSize;

    /// <summary>The first row's state h; the next row's lies <see cref="HiddenStride"/> numbers on.</summary>
    public float* Hidden;

    public nint HiddenStride;

    /// <summary>Numbers of a row's state; 0 where it is not read.</summary>
    public nint HiddenSize;

    /// <summary>
    /// This panel's part of the first row's state that the cell's math reads: c of an LSTM, h of a GRU; the next row's lies
    /// <see cref="StateStride"/> numbers on.
    /// </summary>
    public float* State;

    public nint StateStride;

    /// <summary>This panel's part of the first row's output; the next row's lies <see cref="OutputStride"/> numbers on.</summary>
    public float* Output;

    public nint OutputStride;

    /// <summary>Where the cell's math writes several kinds of numbers, from one to the next.</summary>
    public nint GateStride;
}

/// <summary>What a single row's step reads and writes: one or two panels of units.</summary>
internal unsafe struct RowArguments
{
    /// <summary>The first panel's weights of the state; the next panel's lie <see cref="PanelStride"/> numbers on.</summary>
    public float* Weights;

    public nint PanelStride;

    /// <summary>Per panel the four vectors that the input gave.</summary>
    public float* Start;

    /// <summary>h, all of it.</summary>
    public float* Hidden;

    public nint HiddenSize;

    /// <summary>From the last unit of the state to the first.</summary>
    public bool IsBackwards;

    /// <summary>The first panel's part of the state that the cell's math reads; the next panel's follows.</summary>
    public float* State;

    /// <summary>The first panel's part of h after the step; the next panel's follows.</summary>
    public float* Output;
}
