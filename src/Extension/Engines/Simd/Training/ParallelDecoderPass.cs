using System.Numerics.Tensors;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// All output steps at once: a row's last state goes on in m branches, one step of the layer's own cell each, with an input of its own,
/// [position | channel], plus a linear map of what is known beforehand.
/// </summary>
internal sealed unsafe class ParallelDecoderPass : DecoderPass
{
    private readonly NetworkShape _shape;
    private readonly DecoderShape _decoder;
    private readonly LayerPass _layer;
    private readonly DirectionTraining _direction;
    private readonly BranchPass _pass;
    private readonly AlignedBuffer _above = new(),
        _partGradient = new(),
        _initialGradient = new();
    private readonly List<int> _channels = [];
    private readonly int[] _partOfChannel;
    private readonly int _channelSize;
    private readonly long _cell,
        _position,
        _channel,
        _known;
    private MicroBatch _microBatch = new();

    public ParallelDecoderPass(NetworkShape shape, ParameterMap map, LayerPass layer)
    {
        _shape = shape;
        _decoder = shape.Decoder!;
        _layer = layer;
        _direction = layer.Forwards;
        _pass = _direction.NewBranchPass();
        _channelSize = ((ParallelDecoderModule)NetworkDefinition.Of(shape).Readout).ChannelSize;
        _partOfChannel = new int[_decoder.Channels];
        _cell = map.Direction(0, 0);
        _position = map.Readout[0];
        _channel = map.Readout[_channelSize > 0 ? 1 : 0];
        _known = map.Readout[^1];
    }

    private int Steps => _decoder.Steps;

    private bool HasChannels => _channelSize > 0;

    private bool HasKnown => _decoder.KnownSize > 0;

    private int StateStride => _direction.Sizes.StateStride;

    // After the positions' and the channels' parts, one of each place.
    private int FirstKnownPart => Steps + _channels.Count;

    public override void Start(MicroBatch microBatch, float* weights)
    {
        _microBatch = microBatch;
        FindChannels();
        int places = microBatch.Count * Steps;
        _pass.Start(microBatch.Count, Steps, FirstKnownPart + (HasKnown ? places : 0), (HasChannels ? 1 : 0) + (HasKnown ? 1 : 0));
        _above.Reserve((long)places * StateStride);
        for (int row = 0; row < microBatch.Count; row++)
            _layer.LastState(row).CopyTo(_pass.State(row));
        ReadParts(weights);
        NameParts();
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

    public override ReadOnlySpan<float> State(int step, int row) => _pass.Hidden(row, step);

    public override Span<float> StateGradient(int step, int row)
    {
        var all = new Span<float>(_above.Start + (long)Place(step, row) * StateStride, StateStride);
        all[_shape.HiddenSize..].Clear();
        return all[.._shape.HiddenSize];
    }

    public override void Backward(float* weights, float* gradient)
    {
        _direction.Backward(_pass, _above.Start, gradient + _cell);
        PassPartGradients(gradient);
        PassStateGradients();
    }

    private int Place(int step, int row) => row * Steps + step;

    // The channels that the micro-batch's rows are of, each once.
    private void FindChannels()
    {
        _channels.Clear();
        Array.Fill(_partOfChannel, -1);
        for (int row = 0; HasChannels && row < _microBatch.Count; row++)
        {
            int channel = _microBatch.Channel(row);
            if (_partOfChannel[channel] >= 0)
                continue;
            _partOfChannel[channel] = Steps + _channels.Count;
            _channels.Add(channel);
        }
    }

    private void ReadParts(float* weights)
    {
        for (int step = 0; step < Steps; step++)
            Positions(weights, step).CopyTo(_pass.Part(step));
        foreach (int channel in _channels)
            Channels(weights, channel).CopyTo(_pass.Part(_partOfChannel[channel])[^_channelSize..]);
        for (int place = 0; HasKnown && place < _microBatch.Count * Steps; place++)
        {
            Span<float> part = _pass.Part(FirstKnownPart + place);
            for (int i = 0; i < part.Length; i++)
                part[i] = TensorPrimitives.Dot(KnownWeights(weights, i), Known(place));
        }
    }

    private void NameParts()
    {
        for (int row = 0; row < _microBatch.Count; row++)
        for (int step = 0; step < Steps; step++)
        {
            Span<int> others = _pass.Others(row, step);
            if (HasChannels)
                others[0] = _partOfChannel[_microBatch.Channel(row)];
            if (HasKnown)
                others[^1] = FirstKnownPart + Place(step, row);
        }
    }

    private void PassPartGradients(float* gradient)
    {
        int stride = Strides.Of(_direction.InputGradientWidth);
        float* back = _partGradient.Reserve((long)_pass.Parts * stride);
        _direction.PartGradient(_pass, back, stride);
        for (int step = 0; step < Steps; step++)
            Add(Positions(gradient, step), Of(step)[..^_channelSize]);
        foreach (int channel in _channels)
            Add(Channels(gradient, channel), Of(_partOfChannel[channel])[^_channelSize..]);
        for (int place = 0; HasKnown && place < _microBatch.Count * Steps; place++)
        {
            ReadOnlySpan<float> own = Of(FirstKnownPart + place);
            for (int i = 0; i < own.Length; i++)
                TensorPrimitives.MultiplyAdd(Known(place), own[i], KnownWeights(gradient, i), KnownWeights(gradient, i));
        }

        ReadOnlySpan<float> Of(int part) => new(back + (long)part * stride, _shape.InputSize);
    }

    private void PassStateGradients()
    {
        int stride = Strides.Of(_direction.InitialGradientWidth);
        float* initial = _initialGradient.Reserve((long)_microBatch.Count * stride),
            incomingAtEnd = _layer.StartCarryIn();
        _direction.InitialGradient(_pass, initial, stride);
        for (int row = 0; row < _microBatch.Count; row++)
        {
            Span<float> outputGradient = _layer.OutputGradient(0, 1, row);
            Add(outputGradient, new ReadOnlySpan<float>(initial + (long)row * stride, outputGradient.Length));
            _pass.Incoming(row).CopyTo(new Span<float>(incomingAtEnd + (long)row * StateStride, StateStride));
        }
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> values) => TensorPrimitives.Add(sum, values, sum);

    // [K] of a place, which are in the order of the places in a row's extras.
    private ReadOnlySpan<float> Known(int place) =>
        _microBatch.StaticInputs(place / Steps, _decoder.StaticSize).Slice(place % Steps * _decoder.KnownSize, _decoder.KnownSize);

    private Span<float> Positions(float* weights, int step) => Row(weights + _position, step, _shape.InputSize - _channelSize);

    private Span<float> Channels(float* weights, int channel) => Row(weights + _channel, channel, _channelSize);

    private Span<float> KnownWeights(float* weights, int input) => Row(weights + _known, input, _decoder.KnownSize);

    private static Span<float> Row(float* matrix, int row, int width) => new(matrix + (long)row * width, width);
}
