using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// One output step after the other by a cell of its own, which reads [the output before | what is known beforehand]. What it is fed has no
/// gradient.
/// </summary>
internal sealed unsafe class RecurrentDecoderPass : DecoderPass
{
    private readonly NetworkShape _shape;
    private readonly DecoderShape _decoder;
    private readonly DirectionTraining _direction;
    private readonly LayerPass _layer;
    private readonly DirectionPass _pass;
    private readonly AlignedBuffer _input = new(),
        _above = new(),
        _initialGradient = new();
    private readonly int _inputStride;
    private readonly long _cell;
    private int[] _live = [];
    private int _rows;

    public RecurrentDecoderPass(NetworkShape shape, ParameterMap map, DirectionTraining direction, LayerPass layer)
    {
        _shape = shape;
        _decoder = shape.Decoder!;
        _direction = direction;
        _layer = layer;
        _pass = direction.NewPass();
        _inputStride = Strides.Of(1 + _decoder.KnownSize);
        _cell = map.Readout[0];
    }

    private int StateStride => _direction.Sizes.StateStride;

    public override void Start(MicroBatch microBatch, float* weights)
    {
        _rows = microBatch.Count;
        if (_live.Length < _decoder.Steps)
            _live = new int[_decoder.Steps];
        Array.Fill(_live, _rows);
        _pass.Start(_rows, _decoder.Steps, _live, _input.Reserve((long)_decoder.Steps * _rows * _inputStride), _inputStride);
        _above.Reserve((long)_decoder.Steps * _rows * StateStride);
        for (int row = 0; row < _rows; row++)
        {
            _layer.LastState(row).CopyTo(_pass.State(0, row));
            ReadOnlySpan<float> extras = microBatch.StaticInputs(row, _decoder.StaticSize);
            Feed(0, row, extras[0]);
            for (int step = 0; step < _decoder.Steps; step++)
                extras.Slice(1 + step * _decoder.KnownSize, _decoder.KnownSize).CopyTo(InputOf(step, row)[1..]);
        }
    }

    public override void Forward(int step) => _direction.Step(_pass, step);

    public override void Feed(int step, int row, float previous)
    {
        if (step < _decoder.Steps)
            InputOf(step, row)[0] = previous;
    }

    public override ReadOnlySpan<float> State(int step, int row) => _pass.State(step + 1, row)[.._shape.HiddenSize];

    public override Span<float> StateGradient(int step, int row)
    {
        var all = new Span<float>(_above.Start + ((long)step * _rows + row) * StateStride, StateStride);
        all[_shape.HiddenSize..].Clear();
        return all[.._shape.HiddenSize];
    }

    public override void Backward(float* weights, float* gradient)
    {
        _direction.Backward(_pass, _above.Start, null, gradient + _cell);
        int stride = Strides.Of(_direction.InitialGradientWidth);
        float* initial = _initialGradient.Reserve((long)_rows * stride),
            incomingAtEnd = _layer.StartCarryIn();
        _direction.InitialGradient(_pass, initial, stride);
        for (int row = 0; row < _rows; row++)
        {
            Span<float> outputGradient = _layer.OutputGradient(0, 1, row);
            TensorPrimitives.Add(
                outputGradient,
                new ReadOnlySpan<float>(initial + (long)row * stride, outputGradient.Length),
                outputGradient
            );
            new ReadOnlySpan<float>(_pass.Incoming + (long)row * StateStride, StateStride).CopyTo(
                new Span<float>(incomingAtEnd + (long)row * StateStride, StateStride)
            );
        }
    }

    private Span<float> InputOf(int step, int row) => new(_input.Start + ((long)step * _rows + row) * _inputStride, 1 + _decoder.KnownSize);
}
