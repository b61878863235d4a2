namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// A cell's step of training for one vector of units: forward (<see cref="ICellForward.Activate"/>), saving what the backward pass needs,
/// and backward.
/// </summary>
/// <remarks>
/// Of each step a row's activations are saved: some gate buffers of W values each (W: the units, padded), then h, and of a cell with a
/// cell state c what the cell saves of
/// it. The forward pass fills the gate buffers with what the derivatives are made of; the backward pass replaces them by the gradients of
/// the pre-activations (dgates), in
/// such an order that those that came of the input, and those that came of the hidden state, each stand together.
/// </remarks>
internal unsafe interface ICellTraining : ICellForward
{
    /// <summary>Gate buffers of a step: LSTM i f g o; GRU n's part of the state, r z n; Elman one.</summary>
    static abstract int GateBuffers { get; }

    /// <summary>What follows them: h, and of an LSTM c and tanh(c).</summary>
    static abstract int StateBuffers { get; }

    /// <summary>The first gate buffer that the input's weights lead to; they go to the last.</summary>
    static abstract int FirstInputBuffer { get; }

    /// <summary>Gate buffers that the recurrent weights lead to, from the first.</summary>
    static abstract int RecurrentBuffers { get; }

    /// <summary>
    /// PyTorch's gate of a gate buffer of the recurrent weights. Of the input's weights, gate buffers stand in PyTorch's order.
    /// </summary>
    static abstract int RecurrentGate(int buffer);

    /// <summary>
    /// The accumulator (of a tile's four) that a gate buffer's pre-activation is in; cells of one gate have four vectors of units
    /// instead.
    /// </summary>
    static abstract int Accumulator(int buffer);

    /// <summary>
    /// From the gradient of h to those of the pre-activations, and to those of the step before's c (LSTM) or h as far as it does not go
    /// through weights (GRU).
    /// </summary>
    /// <param name="dh">The gradient of h.</param>
    /// <param name="saved">The step's saved activations; the gate buffers are replaced.</param>
    /// <param name="before">Those of the step before.</param>
    /// <param name="incoming">LSTM: dc that comes from the step after, replaced by that for the step before. GRU: the same of dh.</param>
    /// <param name="gateStride">W, values from buffer to buffer.</param>
    static abstract void Backward<T>(T dh, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T>;
}
