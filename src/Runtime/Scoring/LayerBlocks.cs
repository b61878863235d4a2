using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// What is read of the recurrent layers, where that is not their states alone: with residual connections the sum of a layer's states and
/// those of the layers below, normalised where the network normalises. Shared by all threads and never written.
/// </summary>
internal sealed class LayerBlocks
{
    private readonly int _width,
        _layers;
    private readonly NormKernel? _kernel;
    private readonly (float[] Gain, float[] Bias)[] _norms;

    public LayerBlocks(NetworkShape shape, IReadOnlyList<NormModule> norms, NetworkWeights weights)
    {
        IsEmpty = !shape.HasBlocks;
        IsResidual = shape.ResidualConnections;
        (_width, _layers) = (shape.StateWidth, shape.Layers);
        _kernel = norms.Count == 0 ? null : NormKernel.Create(norms[0].IsCentred, norms[0].Epsilon);
        _norms = [.. norms.Select(norm => (weights[norm.Gain.Name], norm.Bias is TensorSpec bias ? weights[bias.Name] : []))];
    }

    /// <summary>Whether the layers' states themselves are read.</summary>
    public bool IsEmpty { get; }

    /// <summary>Whether the layers' states are added up.</summary>
    public bool IsResidual { get; }

    /// <summary>Replaces a layer's states by what is read of it, step by step.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="states">[steps, D].</param>
    /// <param name="sum">
    /// [steps, D] where <see cref="IsResidual"/>, else of no meaning: the sum of the states of the layers below; updated, unless the layer
    /// is the last one.
    /// </param>
    public void Apply(int layer, Span<float> states, Span<float> sum)
    {
        if (IsResidual)
        {
            sum = sum[..states.Length];
            if (layer > 0)
                TensorPrimitives.Add(states, sum, states);
            if (layer < _layers - 1)
                states.CopyTo(sum);
        }
        if (_kernel is null)
            return;
        var (gain, bias) = _norms[layer];
        for (int start = 0; start < states.Length; start += _width)
        {
            Span<float> step = states.Slice(start, _width);
            _kernel.Forward(step, gain, bias, step);
        }
    }

    /// <summary>Each direction's final state among those of a row's steps; of no steps, zeros.</summary>
    /// <param name="states">[T, D].</param>
    /// <param name="units">H.</param>
    /// <param name="last">[D], overwritten.</param>
    public static void CopyLast(ReadOnlySpan<float> states, int units, Span<float> last)
    {
        if (states.IsEmpty)
        {
            last.Clear();
            return;
        }
        states[^last.Length..][..units].CopyTo(last);
        // The backward direction ends at the first step.
        states[units..last.Length].CopyTo(last[units..]);
    }
}
