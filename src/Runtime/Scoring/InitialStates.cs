using System.Numerics.Tensors;
using RnnMlNet.Runtime.Cells;
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
    /// <param name="cell">The other states, overwritten; unused where there are none.</param>
    /// <param name="stride">Elements from one of them to the next.</param>
    public void Write(ReadOnlySpan<float> statics, int direction, float* hidden, float* cell, int stride)
    {
        int units = Shape.HiddenSize,
            learnt = 0;
        _network.ReadStatic(statics, new Span<float>(_input.Start, Shape.StaticInputSize));
        _network.InitialStates[direction].StepRows(1, _input.Start, 0, null, null, _states.Start);
        IReadOnlyList<FirstState> first = Shape.CellDefinition.FirstStates;
        for (int state = 0; state < first.Count; state++)
        {
            var values = new Span<float>(state == 0 ? hidden : cell + (state - 1) * stride, units);
            if (first[state] == FirstState.Learnt)
                TensorPrimitives.Tanh(new ReadOnlySpan<float>(_states.Start + learnt++ * units, units), values);
            else
                values.Fill(first[state] == FirstState.One ? 1 : 0);
        }
    }
}
