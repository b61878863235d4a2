namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// A cell's step of training for one vector of units: forward (<see cref="ICellForward"/>), with the saved activations for the
/// backward pass, and backward.
/// </summary>
/// <remarks>
/// The saved activations of a row at a step: some gate buffers of W values each (W: the units, padded), then h, and for a cell with a cell
/// state c the cell's own values. The forward pass fills the gate buffers with the values that derivatives need; the backward pass replaces
/// them by the gradients of the pre-activations (dgates), ordered so that those of the input, and those of the hidden state, are each
/// contiguous.
/// </remarks>
internal unsafe interface ICellTraining : ICellForward
{
    /// <summary>Gate buffers of a step: LSTM i f g o; GRU n's product with the state, r z n; Elman one.</summary>
    static abstract int GateBuffers { get; }

    /// <summary>State buffers after them: h, and for an LSTM c and tanh(c).</summary>
    static abstract int StateBuffers { get; }

    /// <summary>The first gate buffer that the input contributes to; it contributes to all from there on.</summary>
    static abstract int FirstInputBuffer { get; }

    /// <summary>Number of gate buffers that the hidden state contributes to, from the first.</summary>
    static abstract int RecurrentBuffers { get; }

    /// <summary>
    /// PyTorch's gate of a gate buffer of the recurrent weights. For the input's weights, gate buffers are in PyTorch's order.
    /// </summary>
    static abstract int RecurrentGate(int buffer);

    /// <summary>
    /// The accumulator (of a tile's four) of a gate buffer's pre-activation; cells of one gate have four vectors of units instead.
    /// </summary>
    static abstract int Accumulator(int buffer);

    /// <summary>States beside h whose gradients pass from step to step, the first ones; 1 where that is a part of dh.</summary>
    static virtual int IncomingStates => 1;

    /// <summary>
    /// From the gradient of h to those of the pre-activations, and of the previous step's c (LSTM), or of the part of its h that does not
    /// flow through weights (GRU).
    /// </summary>
    /// <param name="dh">The gradient of h.</param>
    /// <param name="saved">The step's saved activations; the gate buffers are replaced.</param>
    /// <param name="before">Those of the step before.</param>
    /// <param name="incoming">LSTM: dc from the step after, replaced by that for the step before. GRU: the same for dh. Of several
    /// states, the first one's.</param>
    /// <param name="gateStride">W, elements from buffer to buffer, and from state to state.</param>
    static abstract void Backward<T>(T dh, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T>;

    /// <summary>The same for a cell with parameters of units.</summary>
    /// <param name="dh">The gradient of h.</param>
    /// <param name="saved">As above.</param>
    /// <param name="before">As above.</param>
    /// <param name="incoming">As above.</param>
    /// <param name="unit">The first of the units' values.</param>
    /// <param name="unitGradient">The first of the gradients of these values, which are added to.</param>
    /// <param name="gateStride">As above; likewise from value to value.</param>
    static virtual void Backward<T>(T dh, float* saved, float* before, float* incoming, float* unit, float* unitGradient, nint gateStride)
        where T : unmanaged, ILanes<T> => throw HasNoUnits();

    /// <summary>From the gradients of the units' values to those of their parameters.</summary>
    /// <param name="parameters">P vectors of the parameters.</param>
    /// <param name="values">Those of the gradients of the values.</param>
    /// <param name="gradient">Those of the gradients of the parameters, which are added to.</param>
    /// <param name="stride">Elements from one vector to the next.</param>
    /// <param name="units">H.</param>
    static virtual void AddUnitGradient(float* parameters, float* values, float* gradient, nint stride, int units) => throw HasNoUnits();
}
