using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Saved activations of one direction of a layer for some rows. Time-major: [step, row, saved activations].
/// </summary>
internal sealed unsafe class DirectionPass(DirectionSizes sizes)
{
    private readonly AlignedBuffer _saved = new(),
        _masked = new(),
        _incoming = new(),
        _recurrent = new(),
        _unitGradients = new();

    /// <summary>n, rows.</summary>
    public int Rows { get; private set; }

    /// <summary>T, steps of the longest row.</summary>
    public int Steps { get; private set; }

    /// <summary>[T] active rows of each step: the first ones, because rows are sorted, longest first.</summary>
    public int[] ActiveRows { get; private set; } = [];

    /// <summary>[T, n, InputStride] the layer's input.</summary>
    public float* Input { get; private set; }

    public int InputStride { get; private set; }

    /// <summary>
    /// [n, StateStride] recurrent dropout mask, which multiplies each row's state before the recurrent weights, at all steps; null for
    /// none.
    /// </summary>
    public float* Mask { get; set; }

    /// <summary>
    /// [n, IncomingStride] the incoming dh or dc, or those of several states: the part of a state's gradient that does not flow through the
    /// weights; after the backward pass, that of the states before the first step.
    /// </summary>
    public float* Incoming => _incoming.Start;

    /// <summary>[n, IncomingStride] the same for each row's last state, where a decoder continues from it; null for zeros.</summary>
    public float* IncomingAtEnd { get; set; }

    /// <summary>Elements from one row's masked state to the next row's.</summary>
    public int ReadStride => Mask == null ? sizes.SavedStride : sizes.StateStride;

    /// <summary>
    /// Whether the steps are a segment of the rows' steps: the backward pass then takes the gradients from the steps after it, and leaves
    /// those for the steps before it, in <see cref="Incoming"/> and <see cref="Recurrent"/>.
    /// </summary>
    public bool IsSegment { get; set; }

    /// <summary>[n, width] the part of the gradient of each row's h that flows through the recurrent weights of its next step.</summary>
    public float* Recurrent(int width) => _recurrent.Reserve((long)Rows * width);

    /// <summary>[P, W] the gradients of the units' values, which a backward pass begins as zeros.</summary>
    public float* UnitGradients => _unitGradients.Start;

    /// <summary>Begins a backward pass: the gradients of the units' values.</summary>
    public void ClearUnitGradients()
    {
        int size = sizes.UnitParameters * sizes.Width;
        _unitGradients.Reserve(size);
        _unitGradients.Clear(size);
    }

    /// <summary>Begins the backward pass over segments, from the last one: no gradients from steps after it.</summary>
    public void ClearCarried(int width)
    {
        _incoming.Clear(Rows * sizes.IncomingStride);
        Recurrent(width);
        _recurrent.Clear(Rows * width);
    }

    /// <summary>Starts over with other rows, from states of zero.</summary>
    public void Start(int rows, int steps, int[] active, float* input, int inputStride)
    {
        (Rows, Steps, ActiveRows, InputStride) = (rows, steps, active, inputStride);
        Input = input;
        Mask = null;
        IncomingAtEnd = null;
        IsSegment = false;
        long step = (long)rows * sizes.SavedStride;
        _saved.Reserve((steps + 1) * step);
        _saved.Clear((int)step);
        _incoming.Reserve((long)rows * sizes.IncomingStride);
    }

    /// <summary>A row's whole state after some steps: h, and for an LSTM c and tanh(c).</summary>
    public Span<float> State(int steps, int row) => new(Hidden(steps) + (long)row * sizes.SavedStride, StateSize);

    /// <summary>Elements of <see cref="State"/>.</summary>
    public int StateSize => sizes.States * sizes.Width;

    /// <summary>Initialises the incoming gradient of the rows whose last step it is.</summary>
    public void StartIncoming(int first, int end)
    {
        var incoming = new Span<float>(Incoming + first * sizes.IncomingStride, (end - first) * sizes.IncomingStride);
        if (IncomingAtEnd == null)
            incoming.Clear();
        else
            new ReadOnlySpan<float>(IncomingAtEnd + first * sizes.IncomingStride, incoming.Length).CopyTo(incoming);
    }

    /// <summary>The saved activations of a step, numbered from 1; before the first step, zeros.</summary>
    public float* Saved(int steps) => _saved.Start + (long)steps * Rows * sizes.SavedStride;

    /// <summary>h after some steps.</summary>
    public float* Hidden(int steps) => Saved(steps) + sizes.Hidden;

    /// <summary>h before a step, as multiplied by the recurrent weights.</summary>
    public float* Read(int step) => Mask == null ? Hidden(step) : _masked.Start + (long)step * Rows * sizes.StateStride;

    /// <summary>Masks h before a step, where there is a mask.</summary>
    public void ApplyMask(int step)
    {
        if (Mask == null)
            return;
        _masked.Reserve((long)Steps * Rows * sizes.StateStride);
        for (int row = 0; row < Rows; row++)
        {
            int at = row * sizes.StateStride;
            TensorPrimitives.Multiply(
                new ReadOnlySpan<float>(Hidden(step) + row * sizes.SavedStride, sizes.Width),
                new ReadOnlySpan<float>(Mask + at, sizes.Width),
                new Span<float>(Read(step) + at, sizes.Width)
            );
        }
    }

    public float* InputAt(int step) => Input + (long)step * Rows * InputStride;
}
