using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Scores several rows in parallel, longest first: at each step the active rows are the first ones, and a row that has ended costs nothing.
/// The generic mode: it computes every network that the kernels support. Scratch memory grows to the largest group of rows.
/// </summary>
internal sealed unsafe class RowsScorer
{
    /// <summary>
    /// Rows of a group: a few register tiles, so that the weights come from the cache for all except the first, and the states stay in it.
    /// </summary>
    public const int GroupRows = 48;

    private readonly PackedNetwork _network;
    private readonly NetworkShape _shape;
    private readonly Readout _readout;
    private readonly InitialStates _initial;
    private readonly RowConvolutions _convolutions;
    private readonly int _inputWidth;
    private readonly int _padded,
        _statePadded;
    private readonly AlignedBuffer _reversed = new(),
        _projected = new(),
        _cell = new(),
        _last = new(),
        _sum = new();
    private readonly AlignedBuffer[] _hidden = [new(), new()];
    private AlignedBuffer _input = new(),
        _states = new();
    private int[] _lengths = [];
    private float[] _window = [];
    private int _rows,
        _steps;

    public RowsScorer(PackedNetwork network)
    {
        _network = network;
        _shape = network.Shape;
        _readout = Readouts.Create(network);
        _initial = new InitialStates(network);
        _convolutions = new RowConvolutions(network);
        _inputWidth = _convolutions.IsEmpty ? network.StepWidth : _shape.InputSize;
        _padded = network.Layers[0][0].Width;
        _statePadded = network.Layers[0][0].StateWidth;
    }

    private RowStates States =>
        new()
        {
            Rows = _rows,
            Steps = _steps,
            Lengths = _lengths,
            Last = _last.Start,
            Cell = _cell.Start,
            Padded = _padded,
            CellPadded = _statePadded,
            All = _states.Start,
        };

    /// <summary>Scores selected rows, longest first.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">The selected rows, longest first.</param>
    /// <param name="outputs">[rows.Count, Outputs], for a tagger [steps of all rows, Outputs]; the selected rows' are written.</param>
    public void Score(SequenceRows rows, ReadOnlySpan<int> order, Span<float> outputs)
    {
        _network.RequireRows();
        Reserve(order.Length);
        for (int row = 0; row < _rows; row++)
            _lengths[row] = _shape.LayerSteps(rows.LengthOf(order[row]));
        _steps = _lengths[0];
        int width = _inputWidth;
        float* input = _input.Reserve((long)_rows * _steps * width);
        for (int row = 0; row < _rows; row++)
            Read(rows[order[row]], input + (long)row * _steps * width, _lengths[row] * width);
        var group = new RowGroup(outputs) { Order = order, Rows = rows };
        Run(new StepInput(input, _steps * width, width), group);
        _readout.Write(States, group);
    }

    /// <summary>Scores windows, all of one length.</summary>
    /// <param name="windows">The windows, in the network's units, with its static inputs.</param>
    /// <param name="outputs">[B, Outputs], overwritten.</param>
    public void Score(in WindowRows windows, Span<float> outputs)
    {
        for (int first = 0; first < windows.Count; first += GroupRows)
        {
            Reserve(Math.Min(GroupRows, windows.Count - first));
            _lengths.AsSpan(0, _rows).Fill(windows.Length);
            _steps = windows.Length;
            var group = new RowGroup(outputs)
            {
                First = first,
                StaticInputs = windows.StaticInputs,
                Channels = windows.Channels,
            };
            if (_network.HasCategories || _shape.Cycle is not null)
                Run(Expanded(windows, first), group);
            else
                fixed (float* steps = windows.Steps)
                    Run(
                        new StepInput(steps + (long)first * _shape.Features, _shape.Features, (nint)windows.Count * _shape.Features),
                        group
                    );
            _readout.Write(States, group);
            if (_shape.Cycle is CycleShape cycle)
                for (int row = 0; row < _rows; row++)
                    cycle.Add(CycleOf(windows, first + row, cycle), windows.Phases[first + row], 0, group.Outputs(_shape, row));
        }
    }

    private ReadOnlySpan<float> CycleOf(in WindowRows windows, int row, CycleShape cycle) =>
        _network.Cycle.AsSpan(windows.Channels[row] * cycle.Length, cycle.Length);

    // The windows' steps less the cycle and with their categories' vectors, window by window.
    private StepInput Expanded(in WindowRows windows, int first)
    {
        int features = _shape.EncodedFeatures,
            width = _network.StepWidth,
            stride = _steps * width;
        float* input = _input.Reserve((long)_rows * stride);
        Span<float> window = _window.Length < _steps * features ? _window = new float[_steps * features] : _window;
        window = window[..(_steps * features)];
        for (int row = 0; row < _rows; row++)
        {
            StepCopy.Run(windows.Steps[((first + row) * features)..], windows.Count * features, window, features, features, _steps);
            if (_shape.Cycle is CycleShape cycle)
                for (int step = 0; step < _steps; step++)
                    cycle.Subtract(CycleOf(windows, first + row, cycle), windows.Phases[first + row], step, window[(step * features)..]);
            _network.ReadEncoded(SequenceView.OfSteps(window, features), new Span<float>(input + (long)row * stride, stride));
        }
        return new StepInput(input, stride, width);
    }

    private void Read(in SequenceView row, float* input, int size)
    {
        if (_convolutions.IsEmpty)
        {
            _network.ReadInput(row, new Span<float>(input, size));
            return;
        }
        _network.ReadInput(row, _convolutions.Start(row.Length));
        _convolutions.Run(row.Length, input);
    }

    private void Reserve(int rows)
    {
        _rows = rows;
        if (_lengths.Length < rows)
            _lengths = new int[rows];
        foreach (AlignedBuffer buffer in (ReadOnlySpan<AlignedBuffer>)[_hidden[0], _hidden[1], _last])
            buffer.Reserve((long)rows * _padded);
        _cell.Reserve((long)rows * _statePadded);
        _readout.Reserve(rows);
    }

    private void Run(StepInput input, in RowGroup group)
    {
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            bool isLast = layer == _shape.Layers - 1;
            if (!isLast || _readout.ReadsEveryState)
                _states.Reserve((long)_rows * _steps * _shape.StateWidth);
            if (_network.Blocks.IsResidual)
                _sum.Reserve((long)_rows * _steps * _shape.StateWidth);
            for (int direction = 0; direction < _shape.Directions; direction++)
                RunDirection(layer, direction, direction == 0 ? input : Reversed(layer, input), group);
            if (!_network.Blocks.IsEmpty)
                ApplyBlock(layer);
            if (isLast)
                return;
            (_input, _states) = (_states, _input);
            input = new StepInput(_input.Start, (nint)_steps * _shape.StateWidth, _shape.StateWidth);
        }
    }

    private void RunDirection(int layer, int direction, StepInput input, in RowGroup group)
    {
        CellKernel kernel = _network.Layers[layer][direction];
        CellKernel? projection = layer == 0 ? _network.Projection : null;
        int size = _rows * _padded;
        bool isLast = layer == _shape.Layers - 1,
            keepsStates = !isLast || _readout.ReadsEveryState;
        _hidden[0].Clear(size);
        _cell.Clear(_rows * _statePadded);
        _last.Clear(size);
        if (layer == 0 && !_initial.IsEmpty)
            Begin(direction, group);
        if (isLast)
            _readout.Begin(_rows);
        float* hidden = _hidden[0].Start,
            next = _hidden[1].Start;
        int active = _rows;
        for (int step = 0; step < _steps; step++)
        {
            active = Active(active, step);
            float* x = input.Start + step * input.StepStride;
            nint stride = input.RowStride;
            if (projection is not null)
                x = Project(projection, active, x, ref stride);
            kernel.StepRows(active, x, stride, hidden, _network.HasCellState ? _cell.Start : hidden, next);
            if (isLast)
            {
                KeepLast(active, step, next);
                _readout.Add(active, step, next);
            }
            if (keepsStates)
                KeepStates(active, step, direction, next);
            float* spare = hidden;
            hidden = next;
            next = spare;
        }
        if (isLast)
            _readout.End(direction, States);
    }

    private void ApplyBlock(int layer)
    {
        int width = _shape.StateWidth;
        for (int row = 0; row < _rows; row++)
        {
            long start = (long)row * _steps * width;
            int size = _lengths[row] * width;
            _network.Blocks.Apply(layer, new Span<float>(_states.Start + start, size), Sum(start, size));
        }

        Span<float> Sum(long start, int size) => _network.Blocks.IsResidual ? new(_sum.Start + start, size) : [];
    }

    // Rows without steps keep zeros.
    private void Begin(int direction, in RowGroup group)
    {
        for (int row = 0; row < _rows && _lengths[row] > 0; row++)
            _initial.Write(
                group.Static(_shape, row),
                direction,
                _hidden[0].Start + row * _padded,
                _cell.Start + row * _statePadded,
                _padded
            );
    }

    private float* Project(CellKernel projection, int rows, float* x, ref nint stride)
    {
        projection.StepRows(rows, x, stride, null, null, _projected.Reserve((long)_rows * projection.Width));
        stride = projection.Width;
        return _projected.Start;
    }

    /// <summary>Number of active rows at a step.</summary>
    private int Active(int active, int step)
    {
        while (active > 0 && _lengths[active - 1] <= step)
            active--;
        return active;
    }

    private void KeepLast(int active, int step, float* states)
    {
        for (int row = active - 1; row >= 0 && _lengths[row] == step + 1; row--)
            new ReadOnlySpan<float>(states + row * _padded, _padded).CopyTo(new Span<float>(_last.Start + row * _padded, _padded));
    }

    /// <summary>
    /// Stores the input of the next layer, or of the readout: for the backward direction, at the step's own time.
    /// </summary>
    private void KeepStates(int active, int step, int direction, float* states)
    {
        int width = _shape.StateWidth;
        for (int row = 0; row < active; row++)
        {
            int t = direction == 0 ? step : _lengths[row] - 1 - step;
            float* target = _states.Start + ((long)row * _steps + t) * width + direction * _shape.HiddenSize;
            new ReadOnlySpan<float>(states + row * _padded, _shape.HiddenSize).CopyTo(new Span<float>(target, _shape.HiddenSize));
        }
    }

    /// <summary>The layer's input with each row's steps from last to first.</summary>
    private StepInput Reversed(int layer, StepInput input)
    {
        int width = layer == 0 ? _inputWidth : _shape.StateWidth;
        float* reversed = _reversed.Reserve((long)_rows * _steps * width);
        for (int row = 0; row < _rows; row++)
        {
            float* from = input.Start + row * input.RowStride,
                to = reversed + (long)row * _steps * width;
            for (int t = 0; t < _lengths[row]; t++)
                new ReadOnlySpan<float>(from + t * input.StepStride, width).CopyTo(
                    new Span<float>(to + (long)(_lengths[row] - 1 - t) * width, width)
                );
        }
        return new StepInput(reversed, (nint)_steps * width, width);
    }

    /// <summary>The values of the rows' steps: from the first row's first step, row by row and step by step.</summary>
    private readonly struct StepInput(float* start, nint rowStride, nint stepStride)
    {
        public readonly float* Start = start;
        public readonly nint RowStride = rowStride,
            StepStride = stepStride;
    }
}
