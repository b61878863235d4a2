namespace RnnMlNet.Runtime.Kernels;

/// <summary>Arguments of a register tile: some rows times one panel of units.</summary>
internal unsafe struct TileArguments
{
    /// <summary>The panel's weights: the vectors of each input, then those of each unit of the state.</summary>
    public float* Weights;

    /// <summary>Four vectors, the initial accumulators.</summary>
    public float* Start;

    /// <summary>The first row's input; the next row's is <see cref="InputStride"/> elements further.</summary>
    public float* Input;

    public nint InputStride;

    /// <summary>Elements of a row's input.</summary>
    public nint InputSize;

    /// <summary>The first row's state h; the next row's is <see cref="HiddenStride"/> elements further.</summary>
    public float* Hidden;

    public nint HiddenStride;

    /// <summary>Elements of a row's state; 0 where it is not read.</summary>
    public nint HiddenSize;

    /// <summary>This panel's part of the units' values, <see cref="GateStride"/> apart; not read for a cell without them.</summary>
    public float* Unit;

    /// <summary>
    /// This panel's part of the first row's state for the activation: c of an LSTM, h of a GRU; the next row's is <see cref="StateStride"/>
    /// elements further.
    /// </summary>
    public float* State;

    public nint StateStride;

    /// <summary>This panel's part of the first row's output; the next row's is <see cref="OutputStride"/> elements further.</summary>
    public float* Output;

    public nint OutputStride;

    /// <summary>Where the activation reads or writes several vectors, elements from one to the next.</summary>
    public nint GateStride;
}

/// <summary>Arguments of a single row's step: one or two panels of units.</summary>
internal unsafe struct RowArguments
{
    /// <summary>The first panel's weights of the state; the next panel's are <see cref="PanelStride"/> elements further.</summary>
    public float* Weights;

    public nint PanelStride;

    /// <summary>Per panel the four vectors of the input's products.</summary>
    public float* Start;

    /// <summary>h, all of it.</summary>
    public float* Hidden;

    public nint HiddenSize;

    /// <summary>Whether to run from the last unit of the state to the first.</summary>
    public bool IsBackwards;

    /// <summary>The first panel's part of the units' values; the next panel's follows.</summary>
    public float* Unit;

    /// <summary>The first panel's part of the state for the activation; the next panel's follows.</summary>
    public float* State;

    /// <summary>The first panel's part of h after the step; the next panel's follows.</summary>
    public float* Output;

    /// <summary>As in <see cref="TileArguments.GateStride"/>.</summary>
    public nint GateStride;
}
