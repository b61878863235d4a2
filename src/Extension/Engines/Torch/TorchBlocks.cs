using RnnMlNet.Engines.Torch.Cells;
using RnnMlNet.Runtime.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>What is read of a network's recurrent layers on torch: sums of layers, normalised.</summary>
/// <param name="shape">The network.</param>
/// <param name="norms">The normalisation of each layer; empty for none.</param>
/// <param name="own">The network's weights by name.</param>
internal sealed class TorchBlocks(NetworkShape shape, IReadOnlyList<NormModule> norms, IReadOnlyDictionary<string, Parameter> own)
{
    private static readonly Scalar _epsilonOfSquares = NormModule.EpsilonOf(LayerNormalization.RmsNorm);

    /// <summary>Whether the layers' states themselves are read.</summary>
    public bool IsEmpty => !shape.HasBlocks;

    /// <summary>A layer's states, with residual connections added to those of the layers below.</summary>
    /// <param name="states">[T, B, D].</param>
    /// <param name="below">[T, B, D] the sum of those of the layers below; null for the first layer.</param>
    public Tensor Sum(Tensor states, Tensor? below) => shape.ResidualConnections && below is not null ? states.Plus(below) : states;

    /// <summary>What is read of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="sum">[T, B, D] what <see cref="Sum"/> gave.</param>
    /// <returns>[T, B, D].</returns>
    public Tensor Normalized(int layer, Tensor sum)
    {
        if (norms.Count == 0)
            return sum;
        NormModule norm = norms[layer];
        Tensor gain = own[norm.Gain.Name];
        return norm.Bias is TensorSpec bias
            ? nn.functional.layer_norm(sum, [shape.StateWidth], gain, own[bias.Name], norm.Epsilon)
            : sum * sum.square().mean([-1], keepdim: true).add(_epsilonOfSquares).rsqrt() * gain;
    }

    /// <summary>Each direction's state after its last step.</summary>
    /// <param name="states">[T, B, D] what is read of the last layer.</param>
    /// <param name="valid">Which steps are valid; null where all are.</param>
    /// <returns>[B, D]; zeros for a row without steps.</returns>
    public Tensor Final(Tensor states, ValidSteps? valid)
    {
        Tensor last = valid is null ? states[-1] : valid.Last(states);
        if (!shape.Bidirectional)
            return last;
        // The backward direction ends at the first step.
        Tensor first = valid is null ? states[0] : states[0] * valid.Lengths.gt(Scalars.Zero).to(states.dtype).unsqueeze(1);
        return cat([last.narrow(1, 0, shape.HiddenSize), first.narrow(1, shape.HiddenSize, shape.HiddenSize)], 1);
    }
}
