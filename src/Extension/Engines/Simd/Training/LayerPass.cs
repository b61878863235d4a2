using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// One recurrent layer, both directions or one of them, forward and backward pass over whole rows or a segment of their steps. Time-major:
/// [step, row, features].
/// </summary>
internal sealed unsafe class LayerPass : LayerStates
{
    private readonly DirectionTraining[] _directions;
    private readonly DirectionPass[] _passes;
    private readonly AlignedBuffer _reversed = new();
    private readonly AlignedBuffer[] _outputGradient;
    private readonly AlignedBuffer[] _masks;
    private readonly AlignedBuffer[] _gradients;
    private readonly AlignedBuffer _incoming = new();
    private readonly int _inputStride;
    private MicroBatch _microBatch = new();

    /// <param name="directions">The directions, shared.</param>
    /// <param name="leastInputStride">Least elements that the input's writer writes for a row, padding included.</param>
    private LayerPass(DirectionTraining[] directions, int leastInputStride)
    {
        _directions = directions;
        _passes = [.. directions.Select(direction => direction.NewPass())];
        _outputGradient = [.. directions.Select(_ => new AlignedBuffer())];
        _masks = [.. directions.Select(_ => new AlignedBuffer())];
        _gradients = [.. directions.Select(_ => new AlignedBuffer())];
        _inputStride = Strides.Of(Math.Max(Sizes.InputSize, leastInputStride));
    }

    /// <summary>A layer over whole rows.</summary>
    public static LayerPass Whole(NetworkParts parts, int layer) => new(parts.Layers[layer], InputWidth(parts, layer));

    /// <summary>One direction of a layer over segments of the rows' steps.</summary>
    public static LayerPass Segmented(NetworkParts parts, int layer, int direction) =>
        new([parts.Layers[layer][direction]], InputWidth(parts, layer)) { FirstDirection = direction, IsSegmented = true };

    private static int InputWidth(NetworkParts parts, int layer) => layer == 0 && parts.Projection is not null ? parts.Projection.Width : 0;

    /// <summary>The first of its directions, 0 or 1; directions are otherwise counted from it.</summary>
    public int FirstDirection { get; private init; }

    /// <summary>Whether a pass is over a segment of the rows' steps.</summary>
    private bool IsSegmented { get; init; }

    /// <summary>[n, <see cref="StateSize"/>] the rows' states before the segment.</summary>
    public float* StatesBefore { get; set; }

    /// <summary>Elements of a row's whole state, one direction.</summary>
    public int StateSize => _passes[0].StateSize;

    /// <summary>About the elements that a pass takes for a step of a row.</summary>
    public long ElementsPerStep => _directions.Length * (long)(Sizes.SavedStride + Sizes.StateStride + _inputStride);

    /// <summary>[T, n, <see cref="InputStride"/>] the layer's input, to be filled after <see cref="Start"/>.</summary>
    public AlignedBuffer Input { get; } = new();

    public int InputStride => _inputStride;

    /// <summary>Width of a step's states, both directions.</summary>
    public int Outputs => Sizes.Units * _directions.Length;

    public override int Directions => _directions.Length;

    /// <summary>The forward direction.</summary>
    public DirectionTraining Forwards => _directions[0];

    public override int FirstStep => _microBatch.First;

    /// <summary>A row's whole state after its last step, first direction; without steps that before the segment.</summary>
    public ReadOnlySpan<float> LastState(int row) => _passes[0].State(_microBatch.Length(row), row);

    /// <summary>Makes room for a gradient of the rows' last states besides that of h, forward direction.</summary>
    /// <returns>[n, IncomingStride], all 0, to be added to.</returns>
    public float* StartIncoming()
    {
        int size = _microBatch.Count * Sizes.IncomingStride;
        float* incoming = _incoming.Reserve(size);
        _incoming.Clear(size);
        return _passes[0].IncomingAtEnd = incoming;
    }

    private DirectionSizes Sizes => _directions[0].Sizes;

    private int GradientStride => Strides.Of(_directions[0].InputGradientWidth);

    /// <summary>Starts over with other rows.</summary>
    public void Start(MicroBatch microBatch)
    {
        _microBatch = microBatch;
        Input.Reserve((long)microBatch.Steps * microBatch.Count * _inputStride);
    }

    /// <summary>A row's input at a step.</summary>
    public Span<float> InputOf(int step, int row) =>
        new(Input.Start + ((long)step * _microBatch.Count + row) * _inputStride, Sizes.InputSize);

    /// <summary>
    /// A row's input from its first step on; steps are <see cref="InputStride"/> times the number of rows apart.
    /// </summary>
    public Span<float> InputsOf(int row) =>
        new(Input.Start + (long)row * _inputStride, checked((int)((long)_microBatch.Steps * _microBatch.Count - row) * _inputStride));

    /// <param name="dropout">Recurrent dropout; null for none.</param>
    /// <param name="initial">Writes the states before the first step of whole rows; null for zeros.</param>
    public void Forward(RecurrentDropout? dropout, InitialStatePass? initial = null)
    {
        for (int d = 0; d < _directions.Length; d++)
        {
            float* input = IsBackward(d) ? Reversed(d) : Input.Start;
            _passes[d].Start(_microBatch.Count, _microBatch.Steps, _microBatch.ActiveRows, input, _inputStride);
            if (IsSegmented)
                Continue(_passes[d]);
            else
                initial?.Forward(d, _passes[d].Hidden(0), Sizes.SavedStride, Sizes.Width);
            if (dropout is not null)
                _passes[d].Mask = Masks(d, dropout);
            _directions[d].Forward(_passes[d]);
        }
    }

    public override ReadOnlySpan<float> State(int direction, int steps, int row) =>
        new(_passes[direction].Hidden(steps) + (long)row * Sizes.SavedStride, Sizes.Units);

    public override void StatesAt(int step, int row, Span<float> states)
    {
        for (int d = 0; d < _directions.Length; d++)
            State(d, OwnStep(d, step, row) + 1, row).CopyTo(states.Slice(d * Sizes.Units, Sizes.Units));
    }

    /// <summary>Makes room for the gradients of the states, all 0.</summary>
    /// <param name="steps">True for each step; false for each row's last only.</param>
    public void ClearOutputGradients(bool steps)
    {
        long size = (steps ? (long)_microBatch.Steps : 1) * _microBatch.Count * Sizes.StateStride;
        foreach (AlignedBuffer outputGradient in _outputGradient)
        {
            outputGradient.Reserve(size);
            outputGradient.Clear(checked((int)size));
        }
    }

    public override float* OutputGradients(int direction, int row, out nint stride)
    {
        stride = (nint)_microBatch.Count * Sizes.StateStride;
        return _outputGradient[direction].Start + (long)row * Sizes.StateStride;
    }

    public override Span<float> OutputGradient(int direction, int steps, int row) =>
        new(_outputGradient[direction].Start + ((long)(steps - 1) * _microBatch.Count + row) * Sizes.StateStride, Sizes.Units);

    public override void AddOutputGradient(int step, int row, ReadOnlySpan<float> gradient)
    {
        for (int d = 0; d < _directions.Length; d++)
        {
            Span<float> outputGradient = OutputGradient(d, OwnStep(d, step, row) + 1, row);
            TensorPrimitives.Add(outputGradient, gradient.Slice(d * Sizes.Units, Sizes.Units), outputGradient);
        }
    }

    /// <param name="steps">Whether each step's state has a gradient from the layer above, or only each row's last.</param>
    /// <param name="gradient">For each direction, 0 or 1, the gradient of its weights.</param>
    public void Backward(bool steps, Func<int, nint> gradient)
    {
        for (int d = 0; d < _directions.Length; d++)
            _directions[d]
                .Backward(
                    _passes[d],
                    steps ? _outputGradient[d].Start : null,
                    _outputGradient[d].Start,
                    (float*)gradient(FirstDirection + d)
                );
    }

    /// <summary>Begins the backward pass over segments: the next one is the last of its direction.</summary>
    public void StartBackward() => _passes[0].ClearCarried(_directions[0].InitialGradientWidth);

    /// <summary>Writes the states before the first segment.</summary>
    /// <param name="initial">Makes them.</param>
    /// <param name="states">[n, <see cref="StateSize"/>], zeros.</param>
    public void WriteInitial(InitialStatePass initial, float* states) => initial.Forward(FirstDirection, states, StateSize, Sizes.Width);

    /// <summary>
    /// After <see cref="Backward"/>, of segments that of the first one: hands the gradients of the states before the first step back.
    /// </summary>
    /// <param name="initial">What wrote these states.</param>
    /// <param name="gradient">The gradient of all weights.</param>
    public void BackwardInitial(InitialStatePass initial, float* gradient)
    {
        for (int d = 0; d < _directions.Length; d++)
            initial.Backward(FirstDirection + d, _directions[d], _passes[d], gradient);
    }

    /// <summary>After <see cref="Backward"/>: computes the gradients of the input.</summary>
    public void MakeInputGradients()
    {
        for (int d = 0; d < _directions.Length; d++)
        {
            _gradients[d].Reserve((long)_microBatch.Steps * _microBatch.Count * GradientStride);
            _directions[d].InputGradient(_passes[d], _gradients[d].Start, GradientStride);
        }
    }

    /// <summary>The gradient of a step's input: the sum of both directions.</summary>
    public Span<float> InputGradient(int step, int row)
    {
        Span<float> sum = Of(0, OwnStep(0, step, row));
        if (_directions.Length == 2)
            TensorPrimitives.Add(sum, Of(1, OwnStep(1, step, row)), sum);
        return sum;

        Span<float> Of(int direction, int own) =>
            new(_gradients[direction].Start + ((long)own * _microBatch.Count + row) * GradientStride, Sizes.InputSize);
    }

    private float* Masks(int direction, RecurrentDropout dropout)
    {
        float* masks = _masks[direction].Reserve((long)_microBatch.Count * Sizes.StateStride);
        dropout.Fill(masks, Sizes.StateStride, Sizes.Units, _microBatch, FirstDirection + direction);
        return masks;
    }

    private void Continue(DirectionPass pass)
    {
        pass.IsSegment = true;
        for (int row = 0; row < _microBatch.Count; row++)
            new ReadOnlySpan<float>(StatesBefore + (long)row * StateSize, StateSize).CopyTo(pass.State(0, row));
    }

    private bool IsBackward(int direction) => FirstDirection + direction == 1;

    // The backward direction's own steps run from the row's last to its first.
    private int OwnStep(int direction, int step, int row) => IsBackward(direction) ? _microBatch.Length(row) - 1 - step : step;

    private float* Reversed(int direction)
    {
        float* reversed = _reversed.Reserve((long)_microBatch.Steps * _microBatch.Count * _inputStride);
        for (int step = 0; step < _microBatch.Steps; step++)
        for (int row = 0; row < _microBatch.ActiveRows[step]; row++)
            InputOf(OwnStep(direction, step, row), row)
                .CopyTo(new Span<float>(reversed + ((long)step * _microBatch.Count + row) * _inputStride, Sizes.InputSize));
        return reversed;
    }
}
