using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Scores some rows side by side, longest first, so that at each step the rows that still run are the first ones and a row that has ended
/// costs nothing. Scratch memory grows to the largest chunk seen.
/// </summary>
internal sealed unsafe class ChunkScorer
{
    private readonly PackedNetwork _network;
    private readonly NetworkShape _shape;
    private readonly AttentionPooling? _attention;
    private readonly RowHead _stepHead;
    private readonly int _stateWidth;
    private readonly int _padded;
    private readonly AlignedBuffer _reversed = new(),
        _cell = new(),
        _last = new(),
        _sum = new(),
        _max = new(),
        _pooled = new(),
        _headOut = new(),
        _headIn = new();
    private readonly AlignedBuffer[] _hidden = [new(), new()];
    private AlignedBuffer _input = new(),
        _states = new();
    private int[] _lengths = [];
    private int _rows;
    private int _steps;

    public ChunkScorer(PackedNetwork network)
    {
        _network = network;
        _shape = network.Shape;
        _attention = network.Attention is float[] attention ? new AttentionPooling(attention) : null;
        _stepHead = new RowHead(network);
        _stateWidth = _shape.StateWidth;
        _padded = network.Layers[0][0].Width;
    }

    /// <summary>Outputs of the rows named, longest first.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">Which of them, longest first.</param>
    /// <param name="outputs">[rows.Count, Outputs], of a tagger [steps of all rows, Outputs]; those of the rows named are written.</param>
    public void Score(SequenceRows rows, ReadOnlySpan<int> order, Span<float> outputs)
    {
        Start(rows, order);
        for (int layer = 0; layer < _shape.Layers; layer++)
            RunLayer(layer);
        if (_shape.PerStep)
        {
            for (int row = 0; row < _rows; row++)
                _stepHead.RunSteps(
                    _input.Start + (long)row * _steps * _stateWidth,
                    _lengths[row],
                    _shape.OutputLayout.Slice(outputs, rows, order[row])
                );
            return;
        }
        float* scores = RunHead(out int width);
        for (int row = 0; row < _rows; row++)
        {
            Span<float> output = outputs.Slice(order[row] * _shape.Outputs, _shape.Outputs);
            new ReadOnlySpan<float>(scores + row * width, _shape.Outputs).CopyTo(output);
            _network.ToLabelUnits(output);
        }
    }

    /// <summary>Reads the rows as [row, step, InputSize], each padded to the longest.</summary>
    private void Start(SequenceRows rows, ReadOnlySpan<int> order)
    {
        _rows = order.Length;
        if (_lengths.Length < _rows)
            _lengths = new int[_rows];
        for (int row = 0; row < _rows; row++)
            _lengths[row] = rows.LengthOf(order[row]);
        _steps = _lengths[0];
        foreach (AlignedBuffer buffer in (ReadOnlySpan<AlignedBuffer>)[_hidden[0], _hidden[1], _cell, _last, _sum, _max])
            buffer.Reserve((long)_rows * _padded);
        _pooled.Reserve((long)_rows * _shape.PooledSize);

        int width = _shape.InputSize;
        _input.Reserve((long)_rows * _steps * width);
        for (int row = 0; row < _rows; row++)
            _network.ReadInput(rows[order[row]], new Span<float>(_input.Start + (long)row * _steps * width, _lengths[row] * width));
    }

    private void RunLayer(int layer)
    {
        bool isLast = layer == _shape.Layers - 1 && !_shape.PerStep;
        if (!isLast || _attention is not null)
            _states.Reserve((long)_rows * _steps * _stateWidth);
        for (int direction = 0; direction < _shape.Directions; direction++)
        {
            RunDirection(layer, direction, direction == 0 ? _input.Start : Reversed(_shape.LayerInputSize(layer)));
            if (isLast)
                Pool(direction);
        }
        if (isLast && _attention is not null)
            Attend(_attention);
        (_input, _states) = (_states, _input);
    }

    private void RunDirection(int layer, int direction, float* input)
    {
        CellKernel kernel = _network.Layers[layer][direction];
        int inputSize = _shape.LayerInputSize(layer),
            size = _rows * _padded;
        bool isLast = layer == _shape.Layers - 1 && !_shape.PerStep,
            pools = isLast && _network.PoolsSteps;
        _hidden[0].Clear(size);
        _cell.Clear(size);
        _last.Clear(size);
        _sum.Clear(size);
        float* hidden = _hidden[0].Start,
            next = _hidden[1].Start;
        int live = _rows;
        for (int step = 0; step < _steps; step++)
        {
            live = Live(live, step);
            kernel.StepRows(
                live,
                input + (long)step * inputSize,
                _steps * inputSize,
                hidden,
                _network.HasCellState ? _cell.Start : hidden,
                next
            );
            if (isLast)
                KeepLast(live, step, next);
            if (!isLast || _attention is not null)
                KeepStates(live, step, direction, next);
            if (pools)
                PoolStep(live, step, next);
            float* spare = hidden;
            hidden = next;
            next = spare;
        }
    }

    /// <summary>Rows that still run at a step.</summary>
    private int Live(int live, int step)
    {
        while (live > 0 && _lengths[live - 1] <= step)
            live--;
        return live;
    }

    private void KeepLast(int live, int step, float* states)
    {
        for (int row = live - 1; row >= 0 && _lengths[row] == step + 1; row--)
            new ReadOnlySpan<float>(states + row * _padded, _padded).CopyTo(new Span<float>(_last.Start + row * _padded, _padded));
    }

    /// <summary>
    /// The next layer's input, or what attention looks at: of the backward direction, at the time that the step stands for.
    /// </summary>
    private void KeepStates(int live, int step, int direction, float* states)
    {
        for (int row = 0; row < live; row++)
        {
            int t = direction == 0 ? step : _lengths[row] - 1 - step;
            float* target = _states.Start + ((long)row * _steps + t) * _stateWidth + direction * _shape.HiddenSize;
            new ReadOnlySpan<float>(states + row * _padded, _shape.HiddenSize).CopyTo(new Span<float>(target, _shape.HiddenSize));
        }
    }

    private void PoolStep(int live, int step, float* states)
    {
        int size = live * _padded;
        var now = new ReadOnlySpan<float>(states, size);
        Span<float> sum = new(_sum.Start, size),
            max = new(_max.Start, size);
        if ((_shape.Pooling & Pooling.Mean) != 0)
            TensorPrimitives.Add(sum, now, sum);
        if ((_shape.Pooling & Pooling.Max) == 0)
            return;
        if (step == 0)
            now.CopyTo(max);
        else
            TensorPrimitives.Max(max, now, max);
    }

    /// <summary>
    /// The last layer's part of the pooled vectors, [last | mean | max | attention] (<see cref="Attend"/>), each [H x directions]. Of an
    /// empty row, zeros.
    /// </summary>
    private void Pool(int direction)
    {
        for (int row = 0; row < _rows; row++)
        {
            float* target = _pooled.Start + (long)row * _shape.PooledSize + direction * _shape.HiddenSize;
            if ((_shape.Pooling & Pooling.Last) != 0)
                Place(_last, row, 1, ref target);
            if ((_shape.Pooling & Pooling.Mean) != 0)
                Place(_sum, row, Math.Max(1, _lengths[row]), ref target);
            if ((_shape.Pooling & Pooling.Max) != 0)
                Place(_lengths[row] == 0 ? _last : _max, row, 1, ref target);
        }
    }

    private void Attend(AttentionPooling attention)
    {
        for (int row = 0; row < _rows; row++)
            attention.Row(
                new ReadOnlySpan<float>(_states.Start + (long)row * _steps * _stateWidth, _lengths[row] * _stateWidth),
                new Span<float>(_pooled.Start + (long)(row + 1) * _shape.PooledSize - _stateWidth, _stateWidth)
            );
    }

    private void Place(AlignedBuffer source, int row, float divisor, ref float* target)
    {
        TensorPrimitives.Divide(
            new ReadOnlySpan<float>(source.Start + row * _padded, _shape.HiddenSize),
            divisor,
            new Span<float>(target, _shape.HiddenSize)
        );
        target += _stateWidth;
    }

    /// <summary>The layer's input with each row's steps from last to first.</summary>
    private float* Reversed(int width)
    {
        float* reversed = _reversed.Reserve((long)_rows * _steps * width);
        for (int row = 0; row < _rows; row++)
        {
            float* from = _input.Start + (long)row * _steps * width,
                to = reversed + (long)row * _steps * width;
            for (int t = 0; t < _lengths[row]; t++)
                new ReadOnlySpan<float>(from + (long)t * width, width).CopyTo(
                    new Span<float>(to + (long)(_lengths[row] - 1 - t) * width, width)
                );
        }
        return reversed;
    }

    private float* RunHead(out int width)
    {
        float* x = _pooled.Start;
        width = _shape.PooledSize;
        (AlignedBuffer y, AlignedBuffer other) = (_headOut, _headIn);
        foreach (CellKernel layer in _network.Head)
        {
            layer.StepRows(_rows, x, width, null, null, y.Reserve((long)_rows * layer.Width));
            x = y.Start;
            width = layer.Width;
            (y, other) = (other, y);
        }
        return x;
    }
}
