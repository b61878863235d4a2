using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// A built-in cell computed step by step, by PyTorch's equations on PyTorch's weights. Training runs on torch's fused layers, except with
/// recurrent dropout; this is their readable reference, and the tests compare the two.
/// </summary>
internal abstract class SteppedCell : RecurrentCell
{
    // Looked up by name: to(device) replaces the module's parameters.
    private const string WeightIh = "weight_ih",
        WeightHh = "weight_hh",
        BiasIh = "bias_ih",
        BiasHh = "bias_hh",
        Unit = "unit";

    protected SteppedCell(string name, int gates, int inputSize, int hiddenSize, bool hasRecurrentWeights = true, int unitParameters = 0)
        : base(name, inputSize, hiddenSize)
    {
        register_parameter(WeightIh, nn.Parameter(zeros(gates * hiddenSize, inputSize)));
        if (hasRecurrentWeights)
            register_parameter(WeightHh, nn.Parameter(zeros(gates * hiddenSize, hiddenSize)));
        register_parameter(BiasIh, nn.Parameter(zeros(gates * hiddenSize)));
        if (hasRecurrentWeights)
            register_parameter(BiasHh, nn.Parameter(zeros(gates * hiddenSize)));
        if (unitParameters > 0)
            register_parameter(Unit, nn.Parameter(zeros(unitParameters * hiddenSize)));
    }

    /// <summary>The units' parameters, each [H].</summary>
    protected Tensor[] UnitParameters => get_parameter(Unit)!.split(HiddenSize, 0);

    /// <summary>[batch, H] factor of h before W_hh, at all steps; null for none.</summary>
    public Tensor? StateMask { get; set; }

    /// <summary>W_ih x + b_ih, [batch, gates x H].</summary>
    protected Tensor FromInput(Tensor x) => x.matmul(get_parameter(WeightIh)!.t()).Plus(get_parameter(BiasIh)!);

    /// <summary>W_hh (m h) + b_hh, [batch, gates x H], with m the mask.</summary>
    protected Tensor FromState(Tensor h) =>
        (StateMask is null ? h : h * StateMask).matmul(get_parameter(WeightHh)!.t()).Plus(get_parameter(BiasHh)!);
}
