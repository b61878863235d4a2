namespace RnnMlNet.Engines.Simd.Training;

/// <summary>What one direction of a layer keeps of some rows from the way there for the way back. Time-major: [step, row, numbers].</summary>
internal sealed unsafe class DirectionPass(DirectionSizes sizes, bool hasCell)
{
    private readonly AlignedBuffer _hidden = new(), _masked = new(), _cell = new(), _cellTanh = new(), _slots = new(), _carry = new(), _scratch = new();

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

    /// <summary>[n, StateStride] what the step after gives back beside the weights.</summary>
    public float* Carry => _carry.Start;

    /// <summary>Numbers for a moment's use.</summary>
    public float* Scratch(int length) => _scratch.Reserve(length);

    /// <summary>Begins with other rows, from states of zero.</summary>
    public void Start(int rows, int steps, int[] live, float* input, int inputStride)
    {
        (Rows, Steps, Live, InputStride) = (rows, steps, live, inputStride);
        Input = input;
        Mask = null;
        long states = (long)rows * sizes.StateStride;
        _hidden.Reserve((steps + 1) * states);
        _hidden.Clear((int)states);
        _slots.Reserve((long)steps * rows * sizes.SlotStride);
        _carry.Reserve(states);
        if (!hasCell)
            return;
        _cell.Reserve((steps + 1) * states);
        _cell.Clear((int)states);
        _cellTanh.Reserve(steps * states);
    }

    /// <summary>h before a step, which is h after the one before.</summary>
    public float* Hidden(int step) => _hidden.Start + (long)step * Rows * sizes.StateStride;

    /// <summary>h before a step as it meets the weights.</summary>
    public float* Read(int step) => Mask == null ? Hidden(step) : _masked.Start + (long)step * Rows * sizes.StateStride;

    /// <summary>Masks h before a step, where there is a mask.</summary>
    public void ApplyMask(int step)
    {
        if (Mask == null)
            return;
        int size = Rows * sizes.StateStride;
        _masked.Reserve((long)Steps * size);
        System.Numerics.Tensors.TensorPrimitives.Multiply(new ReadOnlySpan<float>(Hidden(step), size), new ReadOnlySpan<float>(Mask, size), new Span<float>(Read(step), size));
    }

    /// <summary>c before a step.</summary>
    public float* Cell(int step) => _cell.Start + (long)step * Rows * sizes.StateStride;

    public float* CellTanh(int step) => _cellTanh.Start + (long)step * Rows * sizes.StateStride;

    public float* Slots(int step) => _slots.Start + (long)step * Rows * sizes.SlotStride;

    public float* InputAt(int step) => Input + (long)step * Rows * InputStride;
}
