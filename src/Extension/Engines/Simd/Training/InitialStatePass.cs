using System.Numerics.Tensors;
using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The first layer's states before the first step, tanh of a linear map of a row's static values, in the forward and backward pass: one
/// thread's memory. Rows without steps begin, and end, with zeros.
/// </summary>
internal sealed unsafe class InitialStatePass
{
    private readonly long[] _places;
    private readonly StaticPass _statics;
    private readonly IReadOnlyList<FirstState> _first;
    private readonly int _units;
    private readonly float[] _input,
        _inputGradient;
    private readonly AlignedBuffer _recurrent = new();
    private MicroBatch _microBatch = new();
    private float* _weights;

    private InitialStatePass(NetworkShape shape, ParameterMap map)
    {
        _places = map.InitialState;
        _statics = new StaticPass(shape, map);
        (_units, _first) = (shape.HiddenSize, shape.CellDefinition.FirstStates);
        _input = new float[shape.StaticInputSize];
        _inputGradient = new float[shape.StaticInputSize];
    }

    /// <summary>The pass of a network; null where its rows begin with zeros.</summary>
    public static InitialStatePass? Of(NetworkShape shape, ParameterMap map) =>
        shape.BeginsWithStatics ? new InitialStatePass(shape, map) : null;

    /// <summary>Starts over with other rows.</summary>
    public void Start(MicroBatch microBatch, float* weights)
    {
        _microBatch = microBatch;
        _weights = weights;
    }

    /// <summary>Writes the rows' initial states, before the first step.</summary>
    /// <param name="direction">The direction.</param>
    /// <param name="target">The first row's states there, zeros.</param>
    /// <param name="stride">Elements from one row's states to the next row's.</param>
    /// <param name="width">Elements of each of a row's states, padding included.</param>
    public void Forward(int direction, float* target, nint stride, int width)
    {
        for (int row = 0; row < _microBatch.Count && _microBatch.Length(row) > 0; row++)
        {
            _statics.Forward(_microBatch, row, _weights, _input);
            for (int state = 0, learnt = 0; state < _first.Count; state++)
            {
                Span<float> values = new(target + row * stride + state * width, _units);
                if (_first[state] == FirstState.Learnt)
                    Forward(direction, learnt++, values);
                else
                    values.Fill(_first[state] == FirstState.One ? 1 : 0);
            }
        }
    }

    private void Forward(int direction, int state, Span<float> values)
    {
        for (int unit = 0; unit < _units; unit++)
            values[unit] = TensorPrimitives.Dot(Row(_weights, direction, state, unit), _input) + *Bias(_weights, direction, state, unit);
        TensorPrimitives.Tanh(values, values);
    }

    /// <summary>After the direction's backward pass: adds to the gradients of the weights and of the categories' vectors.</summary>
    /// <param name="direction">The direction.</param>
    /// <param name="cell">Its cell.</param>
    /// <param name="pass">Its pass over the rows.</param>
    /// <param name="gradient">The gradient of all weights.</param>
    public void Backward(int direction, DirectionTraining cell, DirectionPass pass, float* gradient)
    {
        if (_microBatch.Steps == 0)
            return;
        int stride = cell.InitialGradientWidth;
        float* recurrent = RecurrentGradients(cell, pass, stride);
        for (int row = 0; row < _microBatch.Count && _microBatch.Length(row) > 0; row++)
        {
            _statics.Forward(_microBatch, row, _weights, _input);
            _inputGradient.AsSpan().Clear();
            // Through the weights, dh; beside them, dc where there is a c, or those of several states, else dh.
            Span<float> dh = new(recurrent + (long)row * stride, _units);
            float* beside = pass.Incoming + (long)row * cell.Sizes.IncomingStride;
            if (pass.Mask != null)
                TensorPrimitives.Multiply(dh, new ReadOnlySpan<float>(pass.Mask + (long)row * cell.Sizes.StateStride, _units), dh);
            if (_first.Count == 1)
                TensorPrimitives.Add(dh, new ReadOnlySpan<float>(beside, _units), dh);
            for (int state = 0, learnt = 0; state < _first.Count; state++)
            {
                if (_first[state] != FirstState.Learnt)
                    continue;
                ReadOnlySpan<float> back = state == 0 ? dh : new(beside + (state - 1) * cell.Sizes.Width, _units);
                Backward(direction, learnt++, pass.State(0, row).Slice(state * cell.Sizes.Width, _units), back, gradient);
            }
            _statics.Backward(_inputGradient, gradient);
        }
    }

    // [n, stride] the parts of the gradients of the states that flow through the recurrent weights.
    private float* RecurrentGradients(DirectionTraining cell, DirectionPass pass, int stride)
    {
        if (pass.IsSegment)
            return pass.Recurrent(stride);
        float* recurrent = _recurrent.Reserve((long)_microBatch.Count * stride);
        cell.InitialGradient(pass, recurrent, stride);
        return recurrent;
    }

    // Through tanh and the linear map of a state.
    private void Backward(int direction, int state, ReadOnlySpan<float> values, ReadOnlySpan<float> back, float* gradient)
    {
        for (int unit = 0; unit < _units; unit++)
        {
            float d = back[unit] * (1 - values[unit] * values[unit]);
            Span<float> rowGradient = Row(gradient, direction, state, unit);
            TensorPrimitives.MultiplyAdd(_input, d, rowGradient, rowGradient);
            *Bias(gradient, direction, state, unit) += d;
            TensorPrimitives.MultiplyAdd(Row(_weights, direction, state, unit), d, _inputGradient, _inputGradient);
        }
    }

    private Span<float> Row(float* memory, int direction, int state, int unit) =>
        new(memory + _places[2 * direction] + (long)(state * _units + unit) * _input.Length, _input.Length);

    private float* Bias(float* memory, int direction, int state, int unit) => memory + _places[2 * direction + 1] + state * _units + unit;
}
