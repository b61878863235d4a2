using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>Scores windows of series, all of one length, some rows side by side. One user's scratch memory over a shared network.</summary>
internal sealed unsafe class WindowScorer(WindowNetwork network)
{
    // A few register tiles, so that the weights come from the cache for all but the first, and the states stay in it.
    private const int ChunkRows = 48;

    private readonly NetworkShape _shape = network.Shape;
    private readonly AlignedBuffer _input = new(),
        _decoderInput = new(),
        _headIn = new(),
        _headOut = new(),
        _headOther = new();
    private readonly State[] _states = [.. network.Layers.Select(layer => new State(layer.Width))];
    private readonly State _decoderState = new((network.DecoderCell ?? network.Layers[0]).Width);

    private bool HasCell => network.HasCellState;

    /// <summary>Raw outputs of a batch.</summary>
    /// <param name="batch">Rows of one length, with what the network reads beside their steps.</param>
    /// <param name="outputs">[B, Outputs], overwritten.</param>
    public void Score(in WindowRows batch, Span<float> outputs)
    {
        for (int first = 0; first < batch.Count; first += ChunkRows)
        {
            int rows = Math.Min(ChunkRows, batch.Count - first);
            Span<float> own = outputs.Slice(first * _shape.Outputs, rows * _shape.Outputs);
            Encode(batch, first, rows);
            if (_shape.Decoder is null)
                Pool(batch, first, rows, own);
            else if (_shape.Decoder.Kind == DecoderKind.Parallel)
                DecodeAtOnce(batch, first, rows, own);
            else
                DecodeInTurn(batch, first, rows, own);
        }
    }

    private void Encode(in WindowRows batch, int first, int rows)
    {
        foreach (State state in _states)
            state.Start(rows);
        fixed (float* steps = batch.Steps)
            for (int t = 0; t < batch.Length; t++)
            {
                float* x = steps + ((long)t * batch.Count + first) * _shape.Features;
                int stride = _shape.Features;
                if (network.Projection is CellKernel projection)
                {
                    projection.StepRows(rows, x, stride, null, null, _input.Reserve((long)rows * projection.Width));
                    x = _input.Start;
                    stride = projection.Width;
                }
                for (int layer = 0; layer < _states.Length; layer++)
                {
                    _states[layer].Step(network.Layers[layer], rows, x, stride, HasCell);
                    x = _states[layer].Hidden;
                    stride = network.Layers[layer].Width;
                }
            }
    }

    private void Pool(in WindowRows batch, int first, int rows, Span<float> outputs)
    {
        int width = _shape.HeadInputSize;
        float* pooled = _headIn.Reserve((long)rows * width);
        for (int row = 0; row < rows; row++)
        {
            var target = new Span<float>(pooled + (long)row * width, width);
            _states[^1].Row(row)[.._shape.HiddenSize].CopyTo(target);
            StaticInputs(batch, first + row).CopyTo(target[_shape.HiddenSize..]);
        }
        RunHead(rows, pooled, width, outputs, _shape.Outputs);
    }

    private void DecodeAtOnce(in WindowRows batch, int first, int rows, Span<float> outputs)
    {
        DecoderShape decoder = _shape.Decoder!;
        int all = rows * decoder.Steps,
            width = _shape.InputSize;
        float* input = _decoderInput.Reserve((long)all * width);
        _decoderState.Start(all);
        for (int row = 0; row < rows; row++)
        for (int step = 0; step < decoder.Steps; step++)
        {
            int place = row * decoder.Steps + step;
            _decoderState.Take(place, _states[^1], row);
            ReadPosition(batch, first + row, step, new Span<float>(input + (long)place * width, width));
        }
        _decoderState.Step(network.Layers[0], all, input, width, HasCell);
        RunHead(all, _decoderState.Hidden, network.Layers[0].Width, outputs, _shape.HeadOutputs);
    }

    private void ReadPosition(in WindowRows batch, int row, int step, Span<float> input)
    {
        DecoderShape decoder = _shape.Decoder!;
        int channel = WeightLayout.ChannelSize(_shape),
            position = input.Length - channel;
        network.Positions.AsSpan(step * position, position).CopyTo(input);
        if (channel > 0)
            network.Channels.AsSpan(batch.Channels[row] * channel, channel).CopyTo(input[position..]);
        ReadOnlySpan<float> known = StaticInputs(batch, row).Slice(step * decoder.KnownSize, decoder.KnownSize);
        if (known.Length > 0)
            for (int i = 0; i < input.Length; i++)
                input[i] += TensorPrimitives.Dot(network.Known.AsSpan(i * known.Length, known.Length), known);
    }

    private void DecodeInTurn(in WindowRows batch, int first, int rows, Span<float> outputs)
    {
        DecoderShape decoder = _shape.Decoder!;
        CellKernel cell = network.DecoderCell!;
        int width = 1 + decoder.KnownSize,
            each = _shape.HeadOutputs;
        float* input = _decoderInput.Reserve((long)rows * width);
        Span<float> stepOutputs = new float[rows * each];
        _decoderState.Start(rows);
        for (int row = 0; row < rows; row++)
            _decoderState.Take(row, _states[^1], row);
        for (int step = 0; step < decoder.Steps; step++)
        {
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> extras = StaticInputs(batch, first + row);
                input[row * width] = step == 0 ? extras[0] : stepOutputs[row * each + each / 2];
                extras
                    .Slice(1 + step * decoder.KnownSize, decoder.KnownSize)
                    .CopyTo(new Span<float>(input + row * width + 1, decoder.KnownSize));
            }
            _decoderState.Step(cell, rows, input, width, HasCell);
            RunHead(rows, _decoderState.Hidden, cell.Width, stepOutputs, each);
            for (int row = 0; row < rows; row++)
                stepOutputs.Slice(row * each, each).CopyTo(outputs[(row * _shape.Outputs + step * each)..]);
        }
    }

    private void RunHead(int rows, float* x, int stride, Span<float> outputs, int width)
    {
        (AlignedBuffer y, AlignedBuffer other) = (_headOut, _headOther);
        foreach (CellKernel layer in network.Head)
        {
            layer.StepRows(rows, x, stride, null, null, y.Reserve((long)rows * layer.Width));
            x = y.Start;
            stride = layer.Width;
            (y, other) = (other, y);
        }
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<float>(x + (long)row * stride, width).CopyTo(outputs[(row * width)..]);
    }

    private ReadOnlySpan<float> StaticInputs(in WindowRows batch, int row) =>
        batch.Extras.Slice(row * _shape.StaticSize, _shape.StaticSize);

    /// <summary>The states of some rows, padded to whole panels: h, and of an LSTM c.</summary>
    private sealed class State(int width)
    {
        private readonly AlignedBuffer _cell = new();
        private AlignedBuffer _hidden = new(),
            _next = new();

        public float* Hidden => _hidden.Start;

        /// <summary>Begins with zeros.</summary>
        public void Start(int rows)
        {
            _next.Reserve((long)rows * width);
            foreach (AlignedBuffer buffer in (ReadOnlySpan<AlignedBuffer>)[_hidden, _cell])
            {
                buffer.Reserve((long)rows * width);
                buffer.Clear(rows * width);
            }
        }

        public Span<float> Row(int row) => new(_hidden.Start + (long)row * width, width);

        /// <summary>Takes a row's state from another's.</summary>
        public void Take(int row, State other, int otherRow)
        {
            other.Row(otherRow).CopyTo(Row(row));
            other.Cell(otherRow).CopyTo(Cell(row));
        }

        public void Step(CellKernel kernel, int rows, float* input, int stride, bool hasCell)
        {
            kernel.StepRows(rows, input, stride, _hidden.Start, hasCell ? _cell.Start : _hidden.Start, _next.Start);
            (_hidden, _next) = (_next, _hidden);
        }

        private Span<float> Cell(int row) => new(_cell.Start + (long)row * width, width);
    }
}
