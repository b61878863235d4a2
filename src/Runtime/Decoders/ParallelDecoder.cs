using System.Numerics.Tensors;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Runtime.Decoders;

/// <summary>
/// All output steps at once: from the state after the last step the first layer's cell makes one step for each output step, whose input
/// says only which one it is, of which channel, and what is known of it beforehand (SegRNN's parallel multi-step forecasting; Lin et al.,
/// 2023, arXiv 2308.11200).
/// </summary>
internal sealed class ParallelDecoder : Decoder
{
    public override bool EmbedsChannels => true;

    public override bool DecodesSegments => true;

    public override DecoderModule Module(DecoderShape sizes, Cell cell, int inputs, int units) => new ParallelDecoderModule(sizes, inputs);
}

/// <summary>
/// <c>decoder.position.weight [m, I - I/2]</c>, of several channels <c>decoder.channel.weight [C, I/2]</c>, both initially standard
/// normal, and <c>decoder.known.weight [I, K]</c>, Glorot uniform.
/// </summary>
/// <param name="sizes">Its sizes.</param>
/// <param name="inputs">I, values that the cell reads.</param>
internal sealed class ParallelDecoderModule(DecoderShape sizes, int inputs) : DecoderModule, IScoredReadout, ITrainedDecoder
{
    public const string Position = "decoder.position.weight";
    public const string Channel = "decoder.channel.weight";
    public const string Known = "decoder.known.weight";

    public override string Name => "a parallel decoder";

    /// <summary>
    /// Width of the part of an output step's input that says which channel the row is of; the rest says which step. 0 of one channel.
    /// </summary>
    public int ChannelSize => sizes.Channels > 1 ? inputs / 2 : 0;

    public override IEnumerable<TensorSpec> Tables
    {
        get
        {
            yield return new TensorSpec(Position, [sizes.Steps, inputs - ChannelSize]);
            if (ChannelSize > 0)
                yield return new TensorSpec(Channel, [sizes.Channels, ChannelSize]);
            if (sizes.KnownSize > 0)
                yield return new TensorSpec(Known, [inputs, sizes.KnownSize]);
        }
    }

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        if (spec.Name == Known)
            random.GlorotUniform(values, inputs, sizes.KnownSize);
        else
            random.Normals(values, 1);
    }

    public Readout NewReadout(PackedNetwork network) => new ParallelDecoderReadout(network, ChannelSize);

    public DecoderTraining NewTraining(EncodedRows rows) => new ParallelDecoderTraining(sizes, inputs, ChannelSize, rows);
}

/// <summary>A parallel decoder over several rows.</summary>
internal sealed unsafe class ParallelDecoderReadout : Readout
{
    private readonly DecoderShape _decoder;
    private readonly DecoderState _state;
    private readonly float[] _positions,
        _channels,
        _known;
    private readonly int _channelSize;
    private readonly AlignedBuffer _input = new();

    /// <param name="network">The network.</param>
    /// <param name="channelSize"><see cref="ParallelDecoderModule.ChannelSize"/>.</param>
    public ParallelDecoderReadout(PackedNetwork network, int channelSize)
        : base(network)
    {
        _decoder = Shape.Decoder!;
        _state = new DecoderState(network.Layers[0][0]);
        _positions = network.DecoderWeights(ParallelDecoderModule.Position);
        _channels = network.DecoderWeights(ParallelDecoderModule.Channel);
        _known = network.DecoderWeights(ParallelDecoderModule.Known);
        _channelSize = channelSize;
    }

    public override void Write(in RowStates states, in RowGroup group)
    {
        int all = states.Rows * _decoder.Steps,
            width = Shape.InputSize;
        float* input = _input.Reserve((long)all * width);
        _state.Reserve(all);
        for (int row = 0; row < states.Rows; row++)
        for (int step = 0; step < _decoder.Steps; step++)
        {
            int place = row * _decoder.Steps + step;
            _state.Take(place, states, row);
            ReadStep(group, row, step, new Span<float>(input + (long)place * width, width));
        }
        _state.Step(all, input, width, Network.HasCellState);
        float* scores = Head.Run(all, _state.Hidden, Network.Layers[0][0].Width, out int stride);
        int each = Shape.HeadOutputs;
        for (int row = 0; row < states.Rows; row++)
        {
            Span<float> outputs = group.Outputs(Shape, row);
            for (int step = 0; step < _decoder.Steps; step++)
                new ReadOnlySpan<float>(scores + ((long)row * _decoder.Steps + step) * stride, each).CopyTo(outputs[(step * each)..]);
            Network.ToLabelUnits(outputs);
        }
    }

    private void ReadStep(in RowGroup group, int row, int step, Span<float> input)
    {
        int position = input.Length - _channelSize;
        _positions.AsSpan(step * position, position).CopyTo(input);
        if (_channelSize > 0)
            _channels.AsSpan(group.Channels[group.Place(row)] * _channelSize, _channelSize).CopyTo(input[position..]);
        ReadOnlySpan<float> known = group.Static(Shape, row).Slice(step * _decoder.KnownSize, _decoder.KnownSize);
        if (known.Length > 0)
            for (int i = 0; i < input.Length; i++)
                input[i] += TensorPrimitives.Dot(_known.AsSpan(i * known.Length, known.Length), known);
    }
}

/// <summary>
/// All output steps at once: a row's last state continues in m branches, one step of the first layer's cell each, whose input is
/// [position | channel], plus a linear map of the known values.
/// </summary>
/// <param name="sizes">The decoder's sizes.</param>
/// <param name="inputs">I, values that the cell reads.</param>
/// <param name="channelSize"><see cref="ParallelDecoderModule.ChannelSize"/>.</param>
/// <param name="rows">The rows.</param>
internal sealed unsafe class ParallelDecoderTraining(DecoderShape sizes, int inputs, int channelSize, EncodedRows rows) : DecoderTraining
{
    private readonly CellBranches _branches = rows.NewBranches();
    private readonly List<int> _channels = [];
    private readonly int[] _partOfChannel = new int[sizes.Channels];

    private bool HasChannels => channelSize > 0;

    private bool HasKnown => sizes.KnownSize > 0;

    // After the positions' and the channels' parts, one of each place.
    private int FirstKnownPart => sizes.Steps + _channels.Count;

    public override void Start(float* weights)
    {
        FindChannels();
        int places = rows.Count * sizes.Steps;
        _branches.Start(FirstKnownPart + (HasKnown ? places : 0), (HasChannels ? 1 : 0) + (HasKnown ? 1 : 0));
        ReadParts(weights);
        NameParts();
    }

    public override void Forward(int step)
    {
        if (step == 0)
            _branches.Forward();
    }

    public override ReadOnlySpan<float> State(int step, int row) => _branches.State(step, row);

    public override Span<float> StateGradient(int step, int row) => _branches.StateGradient(step, row);

    public override void Backward(float* weights, float* gradient)
    {
        _branches.Backward(gradient);
        for (int step = 0; step < sizes.Steps; step++)
            Add(Positions(gradient, step), _branches.PartGradient(step)[..^channelSize]);
        foreach (int channel in _channels)
            Add(Channels(gradient, channel), _branches.PartGradient(_partOfChannel[channel])[^channelSize..]);
        for (int place = 0; HasKnown && place < rows.Count * sizes.Steps; place++)
        {
            ReadOnlySpan<float> own = _branches.PartGradient(FirstKnownPart + place);
            for (int i = 0; i < own.Length; i++)
                TensorPrimitives.MultiplyAdd(Known(place), own[i], KnownWeights(gradient, i), KnownWeights(gradient, i));
        }
    }

    private int Place(int step, int row) => row * sizes.Steps + step;

    // The channels that the rows are of, each once.
    private void FindChannels()
    {
        _channels.Clear();
        Array.Fill(_partOfChannel, -1);
        for (int row = 0; HasChannels && row < rows.Count; row++)
        {
            int channel = rows.Channel(row);
            if (_partOfChannel[channel] >= 0)
                continue;
            _partOfChannel[channel] = sizes.Steps + _channels.Count;
            _channels.Add(channel);
        }
    }

    private void ReadParts(float* weights)
    {
        for (int step = 0; step < sizes.Steps; step++)
            Positions(weights, step).CopyTo(_branches.Part(step));
        foreach (int channel in _channels)
            Channels(weights, channel).CopyTo(_branches.Part(_partOfChannel[channel])[^channelSize..]);
        for (int place = 0; HasKnown && place < rows.Count * sizes.Steps; place++)
        {
            Span<float> part = _branches.Part(FirstKnownPart + place);
            for (int i = 0; i < part.Length; i++)
                part[i] = TensorPrimitives.Dot(KnownWeights(weights, i), Known(place));
        }
    }

    private void NameParts()
    {
        for (int row = 0; row < rows.Count; row++)
        for (int step = 0; step < sizes.Steps; step++)
        {
            Span<int> others = _branches.Others(row, step);
            if (HasChannels)
                others[0] = _partOfChannel[rows.Channel(row)];
            if (HasKnown)
                others[^1] = FirstKnownPart + Place(step, row);
        }
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> values) => TensorPrimitives.Add(sum, values, sum);

    // [K] of a place, which are in the order of the places in a row's static features.
    private ReadOnlySpan<float> Known(int place) =>
        rows.Static(place / sizes.Steps).Slice(place % sizes.Steps * sizes.KnownSize, sizes.KnownSize);

    private Span<float> Positions(float* weights, int step) => Row(weights + rows.Table(0), step, inputs - channelSize);

    private Span<float> Channels(float* weights, int channel) => Row(weights + rows.Table(1), channel, channelSize);

    private Span<float> KnownWeights(float* weights, int input) => Row(weights + rows.Table(HasChannels ? 2 : 1), input, sizes.KnownSize);

    private static Span<float> Row(float* matrix, int row, int width) => new(matrix + (long)row * width, width);
}
