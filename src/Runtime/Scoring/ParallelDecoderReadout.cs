using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// All output steps at once: the first layer's cell makes one step for each from the state after the last step, with an input that says
/// which output step, which channel and what is known of it beforehand.
/// </summary>
internal sealed unsafe class ParallelDecoderReadout : Readout
{
    private readonly DecoderShape _decoder;
    private readonly DecoderState _state;
    private readonly AlignedBuffer _input = new();

    public ParallelDecoderReadout(PackedNetwork network)
        : base(network)
    {
        _decoder = Shape.Decoder!;
        _state = new DecoderState(network.Layers[0][0].Width);
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
        _state.Step(Network.Layers[0][0], all, input, width, Network.HasCellState);
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
        int channel = WeightLayout.ChannelSize(Shape),
            position = input.Length - channel;
        Network.Positions.AsSpan(step * position, position).CopyTo(input);
        if (channel > 0)
            Network.Channels.AsSpan(group.Channels[group.Place(row)] * channel, channel).CopyTo(input[position..]);
        ReadOnlySpan<float> known = group.Static(Shape, row).Slice(step * _decoder.KnownSize, _decoder.KnownSize);
        if (known.Length > 0)
            for (int i = 0; i < input.Length; i++)
                input[i] += TensorPrimitives.Dot(Network.Known.AsSpan(i * known.Length, known.Length), known);
    }
}
