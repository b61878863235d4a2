using System.Numerics.Tensors;
using RnnMlNet.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// All output steps at once: a row becomes m rows, which begin with its last state and make one step of the layer's own cell, each with an input of its
/// own, [position | channel], plus a linear map of what is known beforehand.
/// </summary>
internal sealed unsafe class ParallelDecoderPass : DecoderPass
{
    private readonly NetworkShape _shape;
    private readonly DecoderShape _decoder;
    private readonly LayerPass _layer;
    private readonly DirectionTraining _direction;
    private readonly DirectionPass _pass;
    private readonly AlignedBuffer _input = new(), _above = new(), _inputGradient = new(), _initialGradient = new();
    private readonly int[] _live = new int[1];
    private readonly int _inputStride, _channelSize;
    private readonly long _cell, _position, _channel, _known;
    private Shard _shard = new();

    public ParallelDecoderPass(NetworkShape shape, ParameterMap map, LayerPass layer)
    {
        _shape = shape;
        _decoder = shape.Decoder!;
        _layer = layer;
        _direction = layer.Forwards;
        _pass = _direction.NewPass();
        _inputStride = Strides.Of(shape.InputSize);
        _channelSize = WeightLayout.ChannelSize(shape);
        _cell = map.Direction(0, 0);
        _position = map.Decoder[0];
        _channel = map.Decoder[_channelSize > 0 ? 1 : 0];
        _known = map.Decoder[^1];
    }

    private int Rows => _shard.Count * _decoder.Steps;

    private int StateStride => _direction.Sizes.StateStride;

    public override void Start(Shard shard, float* weights)
    {
        _shard = shard;
        _live[0] = Rows;
        float* input = _input.Reserve((long)Rows * _inputStride);
        _pass.Start(Rows, 1, _live, input, _inputStride);
        _above.Reserve((long)Rows * StateStride);
        for (int row = 0; row < shard.Count; row++)
            for (int step = 0; step < _decoder.Steps; step++)
            {
                _layer.LastState(row).CopyTo(_pass.State(0, Place(step, row)));
                ReadInput(weights, step, row, new Span<float>(input + (long)Place(step, row) * _inputStride, _shape.InputSize));
            }
    }

    public override void Forward(int step)
    {
        if (step == 0)
            _direction.Forward(_pass);
    }

    public override void Feed(int step, int row, float previous)
    {
        // What came out at one step is not read by another.
    }

    public override ReadOnlySpan<float> State(int step, int row) => _pass.State(1, Place(step, row))[.._shape.HiddenSize];

    public override Span<float> StateGradient(int step, int row)
    {
        var all = new Span<float>(_above.Start + (long)Place(step, row) * StateStride, StateStride);
        all[_shape.HiddenSize..].Clear();
        return all[.._shape.HiddenSize];
    }

    public override void Backward(float* weights, float* gradient)
    {
        _direction.Backward(_pass, null, _above.Start, gradient + _cell);
        PassInputGradients(gradient);
        PassStateGradients();
    }

    private int Place(int step, int row) => row * _decoder.Steps + step;

    private void ReadInput(float* weights, int step, int row, Span<float> input)
    {
        Positions(weights, step).CopyTo(input);
        if (_channelSize > 0)
            Channels(weights, row).CopyTo(input[^_channelSize..]);
        ReadOnlySpan<float> known = Known(step, row);
        if (known.Length > 0)
            for (int i = 0; i < input.Length; i++)
                input[i] += TensorPrimitives.Dot(KnownWeights(weights, i), known);
    }

    private void PassInputGradients(float* gradient)
    {
        int stride = Strides.Of(_direction.InputGradientWidth);
        float* back = _inputGradient.Reserve((long)Rows * stride);
        _direction.InputGradient(_pass, back, stride);
        for (int row = 0; row < _shard.Count; row++)
            for (int step = 0; step < _decoder.Steps; step++)
            {
                var own = new ReadOnlySpan<float>(back + (long)Place(step, row) * stride, _shape.InputSize);
                Span<float> position = Positions(gradient, step);
                TensorPrimitives.Add(position, own[..position.Length], position);
                if (_channelSize > 0)
                    TensorPrimitives.Add(Channels(gradient, row), own[^_channelSize..], Channels(gradient, row));
                ReadOnlySpan<float> known = Known(step, row);
                if (known.Length > 0)
                    for (int i = 0; i < own.Length; i++)
                        TensorPrimitives.MultiplyAdd(known, own[i], KnownWeights(gradient, i), KnownWeights(gradient, i));
            }
    }

    private void PassStateGradients()
    {
        int stride = Strides.Of(_direction.InitialGradientWidth);
        float* initial = _initialGradient.Reserve((long)Rows * stride), carryIn = _layer.StartCarryIn();
        _direction.InitialGradient(_pass, initial, stride);
        for (int row = 0; row < _shard.Count; row++)
        {
            Span<float> above = _layer.Above(0, 1, row), carry = new(carryIn + (long)row * StateStride, StateStride);
            for (int step = 0; step < _decoder.Steps; step++)
            {
                long place = Place(step, row);
                TensorPrimitives.Add(above, new ReadOnlySpan<float>(initial + place * stride, above.Length), above);
                TensorPrimitives.Add(carry, new ReadOnlySpan<float>(_pass.Carry + place * StateStride, StateStride), carry);
            }
        }
    }

    private ReadOnlySpan<float> Known(int step, int row) => _shard.Extras(row, _decoder.ExtraSize).Slice(step * _decoder.KnownSize, _decoder.KnownSize);

    private Span<float> Positions(float* weights, int step) => Row(weights + _position, step, _shape.InputSize - _channelSize);

    private Span<float> Channels(float* weights, int row) => Row(weights + _channel, _shard.Channel(row), _channelSize);

    private Span<float> KnownWeights(float* weights, int input) => Row(weights + _known, input, _decoder.KnownSize);

    private static Span<float> Row(float* matrix, int row, int width) => new(matrix + (long)row * width, width);
}
