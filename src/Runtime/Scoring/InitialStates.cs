using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>Computes the first layer's states before the first step of a row, with its scratch memory.</summary>
internal sealed unsafe class InitialStates
{
    private readonly PackedNetwork _network;
    private readonly AlignedBuffer _input = new(),
        _states = new();

    public InitialStates(PackedNetwork network)
    {
        _network = network;
        if (IsEmpty)
            return;
        _input.Reserve(Shape.StaticInputSize);
        _states.Reserve(network.InitialStates.Max(map => map.Width));
    }

    /// <summary>Whether all rows begin with zeros.</summary>
    public bool IsEmpty => _network.InitialStates.Length == 0;

    private NetworkShape Shape => _network.Shape;

    /// <summary>Writes a row's states; a row without steps has none.</summary>
    /// <param name="statics">[StaticFeatures] its static values.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="hidden">[H] h, overwritten.</param>
    /// <param name="cell">[H] c, overwritten; unused without a cell state.</param>
    public void Write(ReadOnlySpan<float> statics, int direction, float* hidden, float* cell)
    {
        int units = Shape.HiddenSize;
        _network.ReadStatic(statics, new Span<float>(_input.Start, Shape.StaticInputSize));
        _network.InitialStates[direction].StepRows(1, _input.Start, 0, null, null, _states.Start);
        TensorPrimitives.Tanh(new ReadOnlySpan<float>(_states.Start, units), new Span<float>(hidden, units));
        if (_network.HasCellState)
            TensorPrimitives.Tanh(new ReadOnlySpan<float>(_states.Start + units, units), new Span<float>(cell, units));
    }
}
