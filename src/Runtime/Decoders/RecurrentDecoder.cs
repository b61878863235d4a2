using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Runtime.Decoders;

/// <summary>
/// One output step after the other: a cell of its own continues from the state after the last step and reads at each step the output of the
/// one before and what is known beforehand (Sutskever et al., 2014, arXiv 1409.3215); in training the value that the output should have
/// had: teacher forcing (Williams and Zipser, 1989).
/// </summary>
internal sealed class RecurrentDecoder : Decoder
{
    public override bool ReadsPreviousOutput => true;

    public override DecoderModule Module(DecoderShape sizes, Cell cell, int inputs, int units) =>
        new RecurrentDecoderModule(sizes, new CellModule(cell, "decoder", WeightLayout.Suffix(0, 0), 1 + sizes.KnownSize, units));
}

/// <summary>The weights of a cell, <c>decoder.weight_ih_l0</c> and so on.</summary>
/// <param name="sizes">Its sizes.</param>
/// <param name="cell">The cell.</param>
internal sealed class RecurrentDecoderModule(DecoderShape sizes, CellModule cell) : DecoderModule, IScoredReadout, ITrainedDecoder
{
    public override string Name => "a recurrent decoder";

    public override CellModule Cell => cell;

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random) => cell.Initialize(spec, values, random);

    public Readout NewReadout(PackedNetwork network) => new RecurrentDecoderReadout(network);

    public DecoderTraining NewTraining(EncodedRows rows) => new RecurrentDecoderTraining(sizes, rows);
}

/// <summary>A recurrent decoder over several rows.</summary>
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
        _state = new DecoderState(_cell);
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
            _state.Step(states.Rows, input, width, Network.HasCellState);
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

/// <summary>
/// One output step after the other by a cell of its own, which reads [the output before | what is known beforehand]. The outputs that it
/// reads pass no gradient back.
/// </summary>
/// <param name="sizes">The decoder's sizes.</param>
/// <param name="rows">The rows.</param>
internal sealed unsafe class RecurrentDecoderTraining(DecoderShape sizes, EncodedRows rows) : DecoderTraining
{
    private readonly CellSteps _cell = rows.NewSteps();

    public override void Start(float* weights)
    {
        _cell.Start();
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<float> own = rows.Static(row);
            Feed(0, row, own[0]);
            for (int step = 0; step < sizes.Steps; step++)
                own.Slice(1 + step * sizes.KnownSize, sizes.KnownSize).CopyTo(_cell.Input(step, row)[1..]);
        }
    }

    public override void Forward(int step) => _cell.Forward(step);

    public override void Feed(int step, int row, float previous)
    {
        if (step < sizes.Steps)
            _cell.Input(step, row)[0] = previous;
    }

    public override ReadOnlySpan<float> State(int step, int row) => _cell.State(step, row);

    public override Span<float> StateGradient(int step, int row) => _cell.StateGradient(step, row);

    public override void Backward(float* weights, float* gradient) => _cell.Backward(gradient);
}
