using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// What is read of a network's layers, where that is not their states alone: sums of layers, normalised. One thread's. Nothing of it is
/// kept for the backward pass but the layers' states: the rest is computed again.
/// </summary>
internal sealed unsafe class LayerBlockPass
{
    private readonly NetworkShape _shape;
    private readonly NormPass[] _norms;

    public LayerBlockPass(NetworkShape shape, ParameterMap map, NetworkParts parts)
    {
        _shape = shape;
        _norms = [.. map.Norms.Select(places => new NormPass(parts.Norm!, shape.StateWidth, places))];
    }

    /// <summary>Whether the layers' states themselves are read.</summary>
    public bool IsEmpty => !_shape.HasBlocks;

    /// <summary>Whether a layer's states have gradients from other than the layer above it.</summary>
    public bool IsResidual => _shape.ResidualConnections;

    /// <summary>About the elements that it takes for a step of a row.</summary>
    public long ElementsPerStep => IsEmpty ? 0 : 2L * _shape.StateWidth;

    /// <summary>Starts over with other weights.</summary>
    public void Start(float* weights)
    {
        foreach (NormPass norm in _norms)
            norm.Start(weights);
    }

    /// <summary>The normalisation of what is read of a layer; null for none.</summary>
    public NormPass? NormOf(int layer) => _norms.Length == 0 ? null : _norms[layer];

    /// <summary>What is read of a layer, before normalisation.</summary>
    /// <param name="states">The layer's states.</param>
    /// <param name="below">What is read of the layer below, before normalisation; null for the first layer.</param>
    public IStepStates SumOf(LayerStates states, IStepStates? below) =>
        IsResidual && below is not null ? new SummedStates(states, below, _shape.StateWidth) : states;

    /// <summary>What the readout reads of the last layer; null where that is its states themselves.</summary>
    /// <param name="sum">What is read of it before normalisation.</param>
    public TopStates? TopOf(IStepStates sum) => IsEmpty ? null : new TopStates(sum, NormOf(_shape.Layers - 1), _shape);
}

/// <summary>The sum of a layer's states and those of the layers below.</summary>
/// <param name="own">The layer's states.</param>
/// <param name="below">The sum of those of the layers below.</param>
/// <param name="width">D.</param>
internal sealed class SummedStates(IStepStates own, IStepStates below, int width) : IStepStates
{
    private readonly float[] _below = new float[width];

    public int FirstStep => own.FirstStep;

    public void StatesAt(int step, int row, Span<float> states)
    {
        own.StatesAt(step, row, states);
        below.StatesAt(step, row, _below);
        TensorPrimitives.Add(states, _below, states);
    }

    public void AddOutputGradient(int step, int row, ReadOnlySpan<float> gradient)
    {
        own.AddOutputGradient(step, row, gradient);
        below.AddOutputGradient(step, row, gradient);
    }
}

/// <summary>What the readout reads of the last layer, over whole rows or a segment of a direction's steps, and its gradients.</summary>
/// <param name="sum">What it is before normalisation.</param>
/// <param name="norm">The normalisation; null for none.</param>
/// <param name="shape">The network.</param>
internal sealed unsafe class TopStates(IStepStates sum, NormPass? norm, NetworkShape shape)
{
    private readonly KeptStates _kept = new(shape.HiddenSize, shape.Directions, new AlignedBuffer());
    private readonly float[] _sum = new float[shape.StateWidth];

    /// <summary>The states that are read, after <see cref="Forward"/>.</summary>
    public LayerStates States => _kept;

    /// <summary>Computes them, after the layers.</summary>
    public void Forward(MicroBatch microBatch)
    {
        _kept.Start(microBatch);
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Span<float> states = _kept.StatesOf(t, row);
            sum.StatesAt(t, row, states);
            norm?.Forward(states);
        }
    }

    /// <summary>Makes room for their gradients, all 0.</summary>
    public void ClearGradients() => _kept.ClearGradients();

    /// <summary>After the readout's backward pass: adds to the gradients of the layers' states.</summary>
    /// <param name="microBatch">That of the last <see cref="Forward"/>.</param>
    /// <param name="gradient">The gradient of all weights, added to.</param>
    public void Backward(MicroBatch microBatch, float* gradient)
    {
        for (int t = 0; t < microBatch.Steps; t++)
        for (int row = 0; row < microBatch.ActiveRows[t]; row++)
        {
            Span<float> back = _kept.GradientOf(t, row);
            if (norm is not null)
            {
                sum.StatesAt(t, row, _sum);
                norm.Backward(_sum, back, gradient);
            }
            sum.AddOutputGradient(t, row, back);
        }
    }
}
