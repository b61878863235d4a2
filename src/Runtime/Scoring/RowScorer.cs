using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Scores one sequence: each layer multiplies the inputs of many steps by its weights at once, then advances the state step by step.
/// Scratch memory grows to the longest sequence seen; nothing else is allocated.
/// </summary>
internal sealed unsafe class RowScorer
{
    // Elements of a tile of input products: they are read again soon, so they should stay in the cache.
    private const int LargestTile = 32 * 1024;

    private readonly PackedNetwork _network;
    private readonly NetworkShape _shape;
    private readonly HeadRunner _head;
    private readonly StatePooler _pooler;
    private readonly InitialStates _initial;
    private readonly RowConvolutions _convolutions;
    private readonly AlignedBuffer _projected = new(),
        _cell = new(),
        _last = new(),
        _pooled = new(),
        _sum = new();
    private readonly AlignedBuffer[] _hidden = [new(), new()];
    private readonly int _stateWidth;
    private AlignedBuffer _input = new(),
        _states = new();

    public RowScorer(PackedNetwork network)
    {
        network.RequireRows();
        _network = network;
        _shape = network.Shape;
        _stateWidth = _shape.StateWidth;
        int padded = network.Layers[0][0].Width;
        _hidden[0].Reserve(padded);
        _hidden[1].Reserve(padded);
        _cell.Reserve(network.Layers[0][0].StateWidth);
        _last.Reserve(_stateWidth);
        _pooled.Reserve(_shape.HeadInputSize);
        _head = new HeadRunner(network);
        _pooler = new StatePooler(network);
        _initial = new InitialStates(network);
        _convolutions = new RowConvolutions(network);
    }

    /// <summary>The row's outputs, in the label's own units; for a tagger those of each step.</summary>
    public void Score(in SequenceView sequence, Span<float> outputs)
    {
        int length = _shape.LayerSteps(sequence.Length);
        _input.Reserve((long)length * _shape.InputSize);
        Read(sequence, length);
        for (int layer = 0; layer < _shape.Layers; layer++)
            RunLayer(layer, length, sequence.Static);
        // The output of the last layer is in the buffer that a further layer would read.
        if (_shape.PerStep)
            _head.RunSteps(_input.Start, length, sequence.Static, outputs);
        else
        {
            if (_shape.HeadReadsStatics)
                _network.ReadStatic(sequence.Static, new Span<float>(_pooled.Start + _shape.PooledSize, _shape.StaticInputSize));
            _head.Run(_pooled.Start, outputs);
        }
    }

    private void Read(in SequenceView sequence, int length)
    {
        if (_convolutions.IsEmpty)
        {
            _network.ReadInput(sequence, new Span<float>(_input.Start, length * _shape.InputSize));
            return;
        }
        _network.ReadInput(sequence, _convolutions.Start(sequence.Length));
        _convolutions.Run(sequence.Length, _input.Start);
    }

    private void RunLayer(int layer, int length, ReadOnlySpan<float> statics)
    {
        bool isLast = layer == _shape.Layers - 1;
        bool keepsStates = !isLast || _network.PoolsSteps;
        if (keepsStates)
            _states.Reserve((long)length * _stateWidth);
        for (int direction = 0; direction < _shape.Directions; direction++)
        {
            ReadOnlySpan<float> last = RunDirection(layer, direction, length, statics, keepsStates);
            if (isLast)
                last.CopyTo(new Span<float>(_last.Start + direction * _shape.HiddenSize, _shape.HiddenSize));
        }
        if (!_network.Blocks.IsEmpty)
            ApplyBlock(layer, length, isLast);
        if (isLast && !_shape.PerStep)
            _pooler.Row(
                new ReadOnlySpan<float>(_states.Start, keepsStates ? length * _stateWidth : 0),
                new ReadOnlySpan<float>(_last.Start, _stateWidth),
                new Span<float>(_pooled.Start, _shape.PooledSize)
            );
        (_input, _states) = (_states, _input);
    }

    private void ApplyBlock(int layer, int length, bool isLast)
    {
        int size = length * _stateWidth;
        Span<float> states = new(_states.Start, size),
            sum = _network.Blocks.IsResidual ? new(_sum.Reserve(size), size) : [];
        _network.Blocks.Apply(layer, states, sum);
        if (isLast)
            LayerBlocks.CopyLast(states, _shape.HiddenSize, new Span<float>(_last.Start, _stateWidth));
    }

    /// <summary>Runs a direction over the layer's input; returns its last state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ReadOnlySpan<float> RunDirection(int layer, int direction, int length, ReadOnlySpan<float> statics, bool keepsStates)
    {
        CellKernel kernel = _network.Layers[layer][direction];
        int inputSize = _shape.LayerInputSize(layer),
            tile = Math.Max(1, LargestTile / kernel.ProjectedWidth);
        _projected.Reserve((long)Math.Min(tile, length) * kernel.ProjectedWidth);
        _cell.Clear(kernel.StateWidth);
        float* hidden = _hidden[0].Start,
            next = _hidden[1].Start;
        new Span<float>(hidden, kernel.Width).Clear();
        if (layer == 0 && length > 0 && !_initial.IsEmpty)
            _initial.Write(statics, direction, hidden, _cell.Start, kernel.Width);
        bool isReverse = direction == 1;
        for (int start = 0; start < length; start += tile)
        {
            int steps = Math.Min(tile, length - start),
                first = isReverse ? length - start - steps : start;
            kernel.Project(steps, _input.Start + (long)first * inputSize, _projected.Start);
            for (int step = 0; step < steps; step++)
            {
                int t = isReverse ? steps - 1 - step : step;
                kernel.StepRow(
                    _projected.Start + (long)t * kernel.ProjectedWidth,
                    hidden,
                    _network.HasCellState ? _cell.Start : hidden,
                    next,
                    backwards: step % 2 == 1
                );
                if (keepsStates)
                    new ReadOnlySpan<float>(next, _shape.HiddenSize).CopyTo(
                        new Span<float>(_states.Start + (long)(first + t) * _stateWidth + direction * _shape.HiddenSize, _shape.HiddenSize)
                    );
                float* spare = hidden;
                hidden = next;
                next = spare;
            }
        }
        return new ReadOnlySpan<float>(hidden, _shape.HiddenSize);
    }
}
