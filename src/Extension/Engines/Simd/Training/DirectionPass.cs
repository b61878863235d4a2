using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>What one direction of a layer keeps of some rows from the way there for the way back. Time-major: [step, row, record].</summary>
internal sealed unsafe class DirectionPass(DirectionSizes sizes)
{
    private readonly AlignedBuffer _records = new(), _masked = new(), _carry = new(), _scratch = new();

    /// <summary>n, rows.</summary>
    public int Rows { get; private set; }

    /// <summary>T, steps of the longest row.</summary>
    public int Steps { get; private set; }

    /// <summary>[T] rows that still run at each step: the first ones, because they are sorted, longest first.</summary>
    public int[] Live { get; private set; } = [];

    /// <summary>[T, n, InputStride] what the layer reads.</summary>
    public float* Input { get; private set; }

    public int InputStride { get; private set; }

    /// <summary>[n, StateStride] by what each row's state is multiplied before it meets the weights, at all steps; null where it is not.</summary>
    public float* Mask { get; set; }

    /// <summary>[n, StateStride] what the step after gives back beside the weights; after the way back, what the first step gives so to the state before it.</summary>
    public float* Carry => _carry.Start;

    /// <summary>[n, StateStride] what each row's last step is given so by whoever went on from its state; null for nothing.</summary>
    public float* CarryIn { get; set; }

    /// <summary>Numbers from one row's state, as it meets the weights, to the next's.</summary>
    public int ReadStride => Mask == null ? sizes.RecordStride : sizes.StateStride;

    /// <summary>Numbers for a moment's use.</summary>
    public float* Scratch(int length) => _scratch.Reserve(length);

    /// <summary>Begins with other rows, from states of zero.</summary>
    public void Start(int rows, int steps, int[] live, float* input, int inputStride)
    {
        (Rows, Steps, Live, InputStride) = (rows, steps, live, inputStride);
        Input = input;
        Mask = null;
        CarryIn = null;
        long step = (long)rows * sizes.RecordStride;
        _records.Reserve((steps + 1) * step);
        _records.Clear((int)step);
        _carry.Reserve((long)rows * sizes.StateStride);
    }

    /// <summary>All of a row's state after some steps: h, and of an LSTM c and tanh(c).</summary>
    public Span<float> State(int steps, int row) => new(Hidden(steps) + (long)row * sizes.RecordStride, sizes.States * sizes.Width);

    /// <summary>The carry of the rows whose last step it is.</summary>
    public void StartCarry(int first, int end)
    {
        var carry = new Span<float>(Carry + first * sizes.StateStride, (end - first) * sizes.StateStride);
        if (CarryIn == null)
            carry.Clear();
        else
            new ReadOnlySpan<float>(CarryIn + first * sizes.StateStride, carry.Length).CopyTo(carry);
    }

    /// <summary>The records of a step, numbered from 1; before the first step, of zeros.</summary>
    public float* Record(int steps) => _records.Start + (long)steps * Rows * sizes.RecordStride;

    /// <summary>h after some steps.</summary>
    public float* Hidden(int steps) => Record(steps) + sizes.Hidden;

    /// <summary>h before a step as it meets the weights.</summary>
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
            TensorPrimitives.Multiply(new ReadOnlySpan<float>(Hidden(step) + row * sizes.RecordStride, sizes.Width), new ReadOnlySpan<float>(Mask + at, sizes.Width), new Span<float>(Read(step) + at, sizes.Width));
        }
    }

    public float* InputAt(int step) => Input + (long)step * Rows * InputStride;
}
