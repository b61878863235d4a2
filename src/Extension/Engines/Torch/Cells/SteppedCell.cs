using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// A built-in cell computed step by step, by PyTorch's equations on PyTorch's weights. Training runs on torch's fused layers, but for
/// recurrent dropout; these say in a few lines what those compute, and the tests hold the two equal.
/// </summary>
internal abstract class SteppedCell : RecurrentCell
{
    // Held by name: to(device) gives the module other parameters.
    private const string WeightIh = "weight_ih",
        WeightHh = "weight_hh",
        BiasIh = "bias_ih",
        BiasHh = "bias_hh";

    protected SteppedCell(string name, int gates, int inputSize, int hiddenSize)
        : base(name, inputSize, hiddenSize)
    {
        register_parameter(WeightIh, nn.Parameter(zeros(gates * hiddenSize, inputSize)));
        register_parameter(WeightHh, nn.Parameter(zeros(gates * hiddenSize, hiddenSize)));
        register_parameter(BiasIh, nn.Parameter(zeros(gates * hiddenSize)));
        register_parameter(BiasHh, nn.Parameter(zeros(gates * hiddenSize)));
    }

    /// <summary>[batch, H] what h is multiplied by where it meets W_hh, at all steps; null for nothing.</summary>
    public Tensor? StateMask { get; set; }

    /// <summary>W_ih x + b_ih, [batch, gates x H].</summary>
    protected Tensor FromInput(Tensor x) => x.matmul(get_parameter(WeightIh)!.t()).Plus(get_parameter(BiasIh)!);

    /// <summary>W_hh (m h) + b_hh, [batch, gates x H], m being the mask.</summary>
    protected Tensor FromState(Tensor h) =>
        (StateMask is null ? h : h * StateMask).matmul(get_parameter(WeightHh)!.t()).Plus(get_parameter(BiasHh)!);
}
