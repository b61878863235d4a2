using RnnMlNet.Engines.Torch.Cells;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// A fused layer's twin in bfloat16: it copies the layer's weights, rounded, before each run, and adds its gradients to the layer's after
/// the backward pass. The optimiser updates the unrounded weights: most updates are smaller than a rounding.
/// </summary>
/// <param name="twin">A fused layer whose weights are bfloat16.</param>
/// <param name="run">Runs it.</param>
/// <param name="masters">The layer's own weights, in the order of the twin's.</param>
internal sealed class BFloat16Layer(nn.Module twin, Func<Tensor, ValidSteps?, Tensor[]?, Tensor> run, IReadOnlyList<Parameter> masters)
    : IDisposable
{
    private readonly Parameter[] _rounded = [.. twin.parameters()];

    /// <summary>Runs over a batch in bfloat16.</summary>
    /// <param name="input">[T, B, in], 32-bit floats.</param>
    /// <param name="valid">Which steps are valid; null where all are.</param>
    /// <param name="first">The states before the first step, each [1, B, H], 32-bit floats; null for zeros.</param>
    /// <returns>States [T, B, H], 32-bit floats.</returns>
    public Tensor Run(Tensor input, ValidSteps? valid, Tensor[]? first)
    {
        using (no_grad())
            for (int i = 0; i < _rounded.Length; i++)
                // In place: cuDNN requires the weights to stay in one contiguous block.
                _rounded[i].copy_(masters[i]);
        Tensor[]? rounded = first is null ? null : [.. first.Select(part => part.to(ScalarType.BFloat16))];
        return run(input.to(ScalarType.BFloat16), valid, rounded).to(ScalarType.Float32);
    }

    /// <summary>After the backward pass: adds the twin's gradients to the layer's, and clears them.</summary>
    public void HandBackGradients()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        for (int i = 0; i < _rounded.Length; i++)
        {
            if (_rounded[i].grad is not Tensor rounded)
                continue;
            // A parameter that the twin has in single precision too has its gradient in the memory that is cleared below.
            Tensor gradient = rounded.to(ScalarType.Float32, copy: true);
            if (masters[i].grad is Tensor sum)
                sum.add_(gradient, Scalars.One);
            else
                masters[i].grad = gradient;
            rounded.zero_();
        }
    }

    public void Keep()
    {
        foreach (Parameter parameter in _rounded)
            parameter.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (Parameter parameter in _rounded)
            parameter.Dispose();
        twin.Dispose();
    }
}
