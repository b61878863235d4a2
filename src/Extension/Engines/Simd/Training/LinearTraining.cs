using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// A linear map y = x Wᵀ + b of several rows at once, with or without a rectifier: forward pass, backward pass, and the gradients of its
/// weights. Its weights are stored transposed, [inputs, <see cref="Columns"/>], followed by the bias. Shared by all threads except for
/// <see cref="Pack"/>.
/// </summary>
internal abstract unsafe class LinearTraining(int inputs, int outputs, int columns) : IPackedWeights
{
    public int Inputs => inputs;

    public int Outputs => outputs;

    /// <summary>The outputs in whole vectors; elements beyond them stay 0.</summary>
    public int Columns => columns;

    /// <summary>Elements of a row of <see cref="Forward"/>'s result, padding included.</summary>
    public abstract int Width { get; }

    /// <summary>Elements of a row of <see cref="InputGradient"/>'s result, padding included.</summary>
    public abstract int InputGradientWidth { get; }

    /// <summary>Offset of the bias.</summary>
    public long Bias => (long)inputs * columns;

    /// <summary>Number of weights.</summary>
    public long Count => Bias + columns;

    public abstract int PackParts { get; }

    public abstract void Pack(float* weights, int part);

    /// <summary>Computes y for some rows.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="x">The first row, [inputs].</param>
    /// <param name="stride">Elements to the next.</param>
    /// <param name="y">The first row of the result, [<see cref="Width"/>], overwritten.</param>
    /// <param name="yStride">Elements to the next.</param>
    public abstract void Forward(int rows, float* x, nint stride, float* y, nint yStride);

    /// <summary>Adds to the gradient of the weights.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="x">The input of <see cref="Forward"/>.</param>
    /// <param name="stride">Elements to the next row.</param>
    /// <param name="back">The gradient of the rows' pre-activations, [<see cref="Columns"/>], 0 beyond the outputs.</param>
    /// <param name="backStride">Elements to the next row.</param>
    /// <param name="gradient">The gradient of all its weights.</param>
    public abstract void AddGradient(int rows, float* x, nint stride, float* back, nint backStride, float* gradient);

    /// <summary>The gradient of x, [<see cref="InputGradientWidth"/>].</summary>
    public abstract void InputGradient(int rows, float* back, nint backStride, float* result, nint resultStride);

    public static LinearTraining Create<T>(int inputs, int outputs, bool isRectified)
        where T : unmanaged, ILanes<T> =>
        isRectified ? new LinearTraining<T, RectifiedForward>(inputs, outputs) : new LinearTraining<T, LinearForward>(inputs, outputs);
}

/// <inheritdoc/>
internal sealed unsafe class LinearTraining<T, TForward> : LinearTraining
    where T : unmanaged, ILanes<T>
    where TForward : unmanaged, ICellForward
{
    private readonly int _panels;
    private readonly AlignedBuffer _weights,
        _start,
        _one = new(1);
    private readonly PackedTranspose<T> _back;

    public LinearTraining(int inputs, int outputs)
        : base(inputs, outputs, (outputs + T.Count - 1) / T.Count * T.Count)
    {
        _panels = (outputs + PanelUnits - 1) / PanelUnits;
        _weights = new AlignedBuffer((long)_panels * PanelUnits * inputs);
        _start = new AlignedBuffer(_panels * PanelUnits);
        _weights.Clear(_panels * PanelUnits * inputs);
        _start.Clear(_panels * PanelUnits);
        _back = new PackedTranspose<T>(inputs, Columns);
        *_one.Start = 1;
    }

    private static int PanelUnits => 4 * T.Count;

    public override int Width => _panels * PanelUnits;

    public override int InputGradientWidth => _back.Width;

    public override int PackParts => _panels + _back.Panels;

    public override void Pack(float* weights, int part)
    {
        if (part < _panels)
            PackPanel(weights, part);
        else
            _back.Pack(weights, part - _panels);
    }

    public override void Forward(int rows, float* x, nint stride, float* y, nint yStride)
    {
        for (int panel = 0; panel < _panels; panel++)
            Tiles<T, TForward>.Rows(
                rows,
                new TileArguments
                {
                    Weights = Panel(panel),
                    Start = _start.Start + panel * PanelUnits,
                    Input = x,
                    InputStride = stride,
                    InputSize = Inputs,
                    Output = y + panel * PanelUnits,
                    OutputStride = yStride,
                },
                isHalf: false
            );
    }

    public override void AddGradient(int rows, float* x, nint stride, float* back, nint backStride, float* gradient)
    {
        Add(Inputs, x, stride, gradient);
        Add(1, _one.Start, 0, gradient + Bias);

        void Add(int inputs, float* input, nint inputStride, float* to) =>
            GradientTiles<T>.Add(
                inputs,
                Columns,
                new GradientArguments
                {
                    Gradient = to,
                    GradientStride = Columns,
                    Input = input,
                    InputStride = inputStride,
                    Back = back,
                    BackStride = backStride,
                    Rows = rows,
                    Steps = 1,
                }
            );
    }

    public override void InputGradient(int rows, float* back, nint backStride, float* result, nint resultStride) =>
        _back.Multiply(rows, back, backStride, result, resultStride);

    private void PackPanel(float* weights, int panel)
    {
        int first = panel * PanelUnits,
            count = Math.Min(PanelUnits, Columns - first);
        for (int input = 0; input < Inputs; input++)
            Copy(weights + (long)input * Columns + first, count, Panel(panel) + (long)input * PanelUnits);
        Copy(weights + Bias + first, count, _start.Start + first);
    }

    private static void Copy(float* from, int count, float* to) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    private float* Panel(int panel) => _weights.Start + (long)panel * PanelUnits * Inputs;
}
