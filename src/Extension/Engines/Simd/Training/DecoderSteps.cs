using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>A decoder's own cell, from the rows' last states on.</summary>
/// <param name="last">The rows' last states.</param>
/// <param name="direction">The cell.</param>
/// <param name="offset">Of its weights.</param>
internal sealed unsafe class DecoderSteps(LastStates last, DirectionTraining direction, long offset) : CellSteps
{
    private readonly DirectionPass _pass = direction.NewPass();
    private readonly AlignedBuffer _input = new(),
        _outputGradient = new();
    private readonly int _inputStride = Strides.Of(direction.Sizes.InputSize);
    private int[] _activeRows = [];

    private DirectionSizes Sizes => direction.Sizes;

    public override void Start()
    {
        if (_activeRows.Length < last.Steps)
            _activeRows = new int[last.Steps];
        Array.Fill(_activeRows, last.Count);
        float* input = _input.Reserve((long)last.Steps * last.Count * _inputStride);
        _pass.Start(last.Count, last.Steps, _activeRows, input, _inputStride);
        _outputGradient.Reserve((long)last.Steps * last.Count * Sizes.StateStride);
        for (int row = 0; row < last.Count; row++)
            last.Of(row).CopyTo(_pass.State(0, row));
    }

    public override Span<float> Input(int step, int row) =>
        new(_input.Start + ((long)step * last.Count + row) * _inputStride, Sizes.InputSize);

    public override void Forward(int step) => direction.Step(_pass, step);

    public override ReadOnlySpan<float> State(int step, int row) => _pass.State(step + 1, row)[..Sizes.Units];

    public override Span<float> StateGradient(int step, int row)
    {
        var all = new Span<float>(_outputGradient.Start + ((long)step * last.Count + row) * Sizes.StateStride, Sizes.StateStride);
        all[Sizes.Units..].Clear();
        return all[..Sizes.Units];
    }

    public override void Backward(float* gradient)
    {
        direction.Backward(_pass, _outputGradient.Start, null, gradient + offset);
        int stride = Strides.Of(direction.InitialGradientWidth);
        float* initial = last.Initial(stride);
        direction.InitialGradient(_pass, initial, stride);
        last.AddInitial(initial, stride);
        int size = last.Count * Sizes.IncomingStride;
        new ReadOnlySpan<float>(_pass.Incoming, size).CopyTo(new Span<float>(last.Incoming(), size));
    }
}
