using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// A built-in cell computed step by step, by PyTorch's equations on PyTorch's weights. Training runs on torch's fused layers, but for recurrent
/// dropout; these say in a few lines what those compute, and the tests hold the two equal.
/// </summary>
internal abstract class SteppedCell : RecurrentCell
{
    // Held by name: to(device) gives the module other parameters.
    private const string WeightIh = "weight_ih", WeightHh = "weight_hh", BiasIh = "bias_ih", BiasHh = "bias_hh";

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
    protected Tensor FromState(Tensor h) => (StateMask is null ? h : h * StateMask).matmul(get_parameter(WeightHh)!.t()).Plus(get_parameter(BiasHh)!);

    /// <summary>A cell of the kind, its weights still zero.</summary>
    public static SteppedCell Create(CellKind cell, int inputSize, int hiddenSize) => cell switch
    {
        CellKind.Lstm => new LstmCell(inputSize, hiddenSize),
        CellKind.Gru => new GruCell(inputSize, hiddenSize),
        _ => new ElmanCell(inputSize, hiddenSize, cell == CellKind.ElmanRelu),
    };
}

/// <summary>h' = tanh or relu (W_ih x + b_ih + W_hh h + b_hh).</summary>
internal sealed class ElmanCell(int inputSize, int hiddenSize, bool relu) : SteppedCell(nameof(ElmanCell), 1, inputSize, hiddenSize)
{
    public override Tensor forward(Tensor x, Tensor h)
    {
        Tensor a = FromInput(x).Plus(FromState(h));
        return relu ? a.relu() : a.tanh();
    }
}

/// <summary>Gates r z n; h' = (1 - z) n + z h, n = tanh(W_in x + b_in + r (W_hn h + b_hn)).</summary>
internal sealed class GruCell(int inputSize, int hiddenSize) : SteppedCell(nameof(GruCell), 3, inputSize, hiddenSize)
{
    public override Tensor forward(Tensor x, Tensor h)
    {
        Tensor[] a = FromInput(x).chunk(3, 1);
        Tensor[] b = FromState(h).chunk(3, 1);
        Tensor r = a[0].Plus(b[0]).sigmoid();
        Tensor z = a[1].Plus(b[1]).sigmoid();
        Tensor n = a[2].Plus(r * b[2]).tanh();
        return (z.OneMinus() * n).Plus(z * h);
    }
}

/// <summary>Gates i f g o; c' = f c + i g, h' = o tanh(c'). The state is [h, c].</summary>
internal sealed class LstmCell(int inputSize, int hiddenSize) : SteppedCell(nameof(LstmCell), 4, inputSize, hiddenSize)
{
    public override int StateSize => 2 * HiddenSize;

    public override Tensor Output(Tensor state) => state.narrow(1, 0, HiddenSize);

    public override Tensor forward(Tensor x, Tensor state)
    {
        Tensor h = Output(state), c = state.narrow(1, HiddenSize, HiddenSize);
        Tensor[] a = FromInput(x).Plus(FromState(h)).chunk(4, 1);
        Tensor i = a[0].sigmoid(), f = a[1].sigmoid(), g = a[2].tanh(), o = a[3].sigmoid();
        Tensor next = (f * c).Plus(i * g);
        return cat([o * next.tanh(), next], 1);
    }
}
