using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// One output step after the other by a cell of its own, which continues from the state after the last step and reads the output before it
/// and what is known beforehand.
/// </summary>
internal sealed unsafe class RecurrentDecoderReadout : Readout
{
    private readonly DecoderShape _decoder;
    private readonly CellKernel _cell;
    private readonly DecoderState _state;
    private readonly AlignedBuffer _input = new();

    public RecurrentDecoderReadout(PackedNetwork network)
        : base(network)
    {
        _decoder = Shape.Decoder!;
        _cell = network.DecoderCell!;
        _state = new DecoderState(_cell.Width);
    }

    public override void Write(in RowStates states, in RowGroup group)
    {
        int width = 1 + _decoder.KnownSize,
            each = Shape.HeadOutputs;
        float* input = _input.Reserve((long)states.Rows * width);
        _state.Reserve(states.Rows);
        for (int row = 0; row < states.Rows; row++)
        {
            _state.Take(row, states, row);
            input[row * width] = group.Static(Shape, row)[0];
        }
        for (int step = 0; step < _decoder.Steps; step++)
        {
            for (int row = 0; row < states.Rows; row++)
                group
                    .Static(Shape, row)
                    .Slice(1 + step * _decoder.KnownSize, _decoder.KnownSize)
                    .CopyTo(new Span<float>(input + row * width + 1, _decoder.KnownSize));
            _state.Step(_cell, states.Rows, input, width, Network.HasCellState);
            float* scores = Head.Run(states.Rows, _state.Hidden, _cell.Width, out int stride);
            for (int row = 0; row < states.Rows; row++)
            {
                var own = new ReadOnlySpan<float>(scores + (long)row * stride, each);
                own.CopyTo(group.Outputs(Shape, row)[(step * each)..]);
                // What the next step reads: the median, where the outputs are quantiles.
                input[row * width] = own[each / 2];
            }
        }
        for (int row = 0; row < states.Rows; row++)
            Network.ToLabelUnits(group.Outputs(Shape, row));
    }
}
