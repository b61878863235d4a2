using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Advances a series step by step, in one direction, and outputs the score after any step: a step's cost does not depend on the number
/// before it. It works on a copy of the series' state.
/// </summary>
internal sealed unsafe class StepScorer
{
    private readonly PackedNetwork _network;
    private readonly NetworkShape _shape;
    private readonly HeadRunner _head;
    private readonly StatePooler _pooler;
    private readonly InitialStates _initial;
    private readonly StreamConvolutions _convolutions;
    private readonly int _convolutionState;
    private readonly AlignedBuffer _input = new(),
        _states = new(),
        _projected,
        _pooled,
        _above,
        _sum;
    private readonly AlignedBuffer[] _hidden,
        _cell;
    private readonly float[] _pooledFloats;
    private readonly double[] _pooledDoubles;
    private readonly float[] _pending,
        _encoder,
        _static;
    private float[] _joined = [];
    private AlignedBuffer _next;

    // Steps of the recurrent layers, and of the input.
    private long _steps,
        _inputSteps;
    private int _taken,
        _pendingSteps;

    public StepScorer(PackedNetwork network)
    {
        network.RequireRows();
        _network = network;
        _shape = network.Shape;
        _head = new HeadRunner(network);
        _pending = new float[_shape.TimeStepValues * (_shape.PatchLength - 1)];
        _encoder = new float[network.Encoder.StateSize];
        _static = new float[_shape.StaticFeatures];
        _pooler = new StatePooler(network);
        _initial = new InitialStates(network);
        _convolutions = new StreamConvolutions(network);
        _convolutionState = StreamConvolutions.StateSizeOf(_shape);
        int padded = network.Layers[0][0].Width;
        _hidden = [.. Enumerable.Range(0, _shape.Layers).Select(_ => new AlignedBuffer(padded))];
        _cell = _network.HasCellState ? [.. _hidden.Select(_ => new AlignedBuffer(network.Layers[0][0].StateWidth))] : [];
        _next = new AlignedBuffer(padded);
        _projected = new AlignedBuffer(network.Layers.Max(layer => layer[0].ProjectedWidth));
        _pooled = new AlignedBuffer(_shape.HeadInputSize);
        _above = new AlignedBuffer(padded);
        _sum = new AlignedBuffer(padded);
        _pooledFloats = new float[SeriesState.PoolingFloats(_shape)];
        _pooledDoubles = new double[SeriesState.PoolingDoubles(_shape)];
    }

    /// <summary>Resumes from a series' state.</summary>
    public void Load(SeriesState state)
    {
        _inputSteps = state.Steps / _shape.PatchLength;
        _steps = (_inputSteps + _shape.StepStride - 1) / _shape.StepStride;
        _pendingSteps = (int)(state.Steps % _shape.PatchLength);
        state.Pending.CopyTo(_pending, 0);
        state.Encoder.CopyTo(_encoder, 0);
        state.Static.CopyTo(_static, 0);
        ReadOnlySpan<float> numbers = state.Numbers;
        _convolutions.Load(numbers[.._convolutionState]);
        numbers = numbers[_convolutionState..];
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            Take(ref numbers).CopyTo(Units(_hidden[layer]));
            for (int i = 0; i < CellStates; i++)
                Take(ref numbers).CopyTo(CellState(layer, i));
        }
        numbers.CopyTo(_pooledFloats);
        state.Sums.CopyTo(_pooledDoubles, 0);
    }

    /// <summary>Copies the current state to a series.</summary>
    public void Store(SeriesState state)
    {
        state.Steps = _inputSteps * _shape.PatchLength + _pendingSteps;
        _pending.CopyTo(state.Pending, 0);
        _encoder.CopyTo(state.Encoder, 0);
        _static.CopyTo(state.Static, 0);
        Span<float> numbers = state.Numbers;
        _convolutions.Store(numbers[.._convolutionState]);
        numbers = numbers[_convolutionState..];
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            Units(_hidden[layer]).CopyTo(Take(ref numbers));
            for (int i = 0; i < CellStates; i++)
                CellState(layer, i).CopyTo(Take(ref numbers));
        }
        _pooledFloats.CopyTo(numbers);
        _pooledDoubles.CopyTo(state.Sums, 0);
    }

    /// <summary>Processes the series' next time steps. Those of an incomplete patch are kept for the next call.</summary>
    public void Take(in SequenceView steps)
    {
        steps.Static.CopyTo(_static);
        // Those of the first step's row: later ones have no part in the initial state.
        if (!_initial.IsEmpty && _steps == 0 && _pendingSteps == 0 && steps.Length > 0)
            _initial.Write(_static, direction: 0, _hidden[0].Start, _cell.Length > 0 ? _cell[0].Start : null, Padded);
        if (_shape.PatchLength == 1)
        {
            TakeSteps(steps);
            return;
        }
        int features = _shape.TimeStepValues,
            pending = _pendingSteps * features,
            length = pending + steps.Steps.Length;
        if (_joined.Length < length)
            _joined = new float[Math.Max(length, 2 * _joined.Length)];
        _pending.AsSpan(0, pending).CopyTo(_joined);
        steps.Steps.CopyTo(_joined.AsSpan(pending));
        int whole = length / _shape.Features * _shape.Features;
        TakeSteps(SequenceView.OfSteps(_joined.AsSpan(0, whole), _shape.Features).WithStatic(_static));
        _joined.AsSpan(whole, length - whole).CopyTo(_pending);
        _pendingSteps = (length - whole) / features;
    }

    /// <summary>
    /// Processes an incomplete patch, filled up with its last time step, so that the output covers all steps; does nothing where there is
    /// none.
    /// </summary>
    public void TakePending()
    {
        if (_pendingSteps == 0)
            return;
        int features = _shape.TimeStepValues;
        if (_joined.Length < _shape.Features)
            _joined = new float[_shape.Features];
        Span<float> patch = _joined.AsSpan(0, _shape.Features);
        _pending.AsSpan(0, _pendingSteps * features).CopyTo(patch);
        for (int step = _pendingSteps; step < _shape.PatchLength; step++)
            patch.Slice((_pendingSteps - 1) * features, features).CopyTo(patch[(step * features)..]);
        TakeSteps(SequenceView.OfSteps(patch, _shape.Features).WithStatic(_static));
    }

    private void TakeSteps(in SequenceView steps)
    {
        int width = _network.StepWidth;
        _input.Reserve((long)steps.Length * width);
        _network.ReadInput(steps, new Span<float>(_input.Start, steps.Length * width), _encoder);
        _states.Reserve(_shape.PerStep ? (long)steps.Length * _shape.HiddenSize : 0);
        for (int t = 0; t < steps.Length; t++)
        {
            float* x = _convolutions.Take(_input.Start + (long)t * width, _inputSteps++);
            if (x != null)
                Step(x);
            if (_shape.PerStep)
                Outputs.CopyTo(new Span<float>(_states.Start + (long)t * _shape.HiddenSize, _shape.HiddenSize));
        }
        _taken = steps.Length;
    }

    /// <summary>The outputs for all steps so far, in the label's own units; for a tagger, those of each step of the last call.</summary>
    public void Answer(Span<float> outputs)
    {
        if (_shape.PerStep)
        {
            _head.RunSteps(_states.Start, _taken, _static, outputs);
            return;
        }
        Span<float> pooled = new(_pooled.Start, _shape.PooledSize);
        _pooler.SoFar(LastOutputs(), _steps, _pooledFloats, _pooledDoubles, pooled);
        if (_shape.HeadReadsStatics)
            _network.ReadStatic(_static, new Span<float>(_pooled.Start + _shape.PooledSize, _shape.StaticInputSize));
        _head.Run(_pooled.Start, outputs);
    }

    private void Step(float* x)
    {
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            CellKernel kernel = _network.Layers[layer][0];
            AlignedBuffer hidden = _hidden[layer];
            kernel.Project(1, x, _projected.Start);
            kernel.StepRow(
                _projected.Start,
                hidden.Start,
                _cell.Length > 0 ? _cell[layer].Start : hidden.Start,
                _next.Start,
                backwards: _steps % 2 == 1
            );
            (_hidden[layer], _next) = (_next, hidden);
            x = _network.Blocks.IsEmpty ? _hidden[layer].Start : Above(layer);
        }
        _pooler.Add(Outputs, _steps, _pooledFloats, _pooledDoubles);
        _steps++;
    }

    // States beside h.
    private int CellStates => _shape.CellDefinition.States - 1;

    private int Padded => _network.Layers[0][0].Width;

    private Span<float> CellState(int layer, int state) => new(_cell[layer].Start + state * Padded, _shape.HiddenSize);

    // What is read of the last layer after the step that ran last.
    private Span<float> Outputs => Units(_network.Blocks.IsEmpty ? _hidden[^1] : _above);

    // The same after a series' last step, of which its state has the layers' states; of no steps, zeros.
    private Span<float> LastOutputs()
    {
        if (_network.Blocks.IsEmpty)
            return Units(_hidden[^1]);
        for (int layer = 0; layer < _shape.Layers; layer++)
            Above(layer);
        if (_steps == 0)
            Units(_above).Clear();
        return Units(_above);
    }

    // What is read of a layer's state, after that of the layers below.
    private float* Above(int layer)
    {
        Units(_hidden[layer]).CopyTo(Units(_above));
        _network.Blocks.Apply(layer, Units(_above), Units(_sum));
        return _above.Start;
    }

    private Span<float> Units(AlignedBuffer buffer) => new(buffer.Start, _shape.HiddenSize);

    private Span<float> Take(ref Span<float> numbers)
    {
        Span<float> taken = numbers[.._shape.HiddenSize];
        numbers = numbers[_shape.HiddenSize..];
        return taken;
    }

    private ReadOnlySpan<float> Take(ref ReadOnlySpan<float> numbers)
    {
        ReadOnlySpan<float> taken = numbers[.._shape.HiddenSize];
        numbers = numbers[_shape.HiddenSize..];
        return taken;
    }
}
