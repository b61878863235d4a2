using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RnnMlNet.Tests.Engines.Torch;

/// <summary>A custom cell, registered during the lifetime of this object.</summary>
internal sealed class RegisteredCell : IDisposable
{
    private readonly string _name;

    public RegisteredCell(string name, Func<int, int, RecurrentCell> factory)
    {
        _name = name;
        RecurrentCells.Register(name, factory);
    }

    public void Dispose() => RecurrentCells.Unregister(_name);
}

/// <summary>A minimal gated unit of two linear maps.</summary>
internal sealed class GatedCell : RecurrentCell
{
    private readonly LinearMap forget,
        candidate;

    public GatedCell(int inputSize, int hiddenSize)
        : base(nameof(GatedCell), inputSize, hiddenSize)
    {
        forget = new LinearMap([inputSize, hiddenSize], hiddenSize, biasStart: 1);
        candidate = new LinearMap([inputSize, hiddenSize], hiddenSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor h)
    {
        Tensor f = forget.Map(x, h).sigmoid();
        return (1 - f) * h + f * candidate.Map(x, f * h).tanh();
    }
}

/// <summary>h' = dropout(tanh(x W + h v + s)), with a buffer s and dropout of its own.</summary>
internal sealed class BufferedCell : RecurrentCell
{
    private readonly Parameter weight,
        decay;
    private readonly Tensor shift;
    private readonly Dropout dropout;

    public BufferedCell(int inputSize, int hiddenSize)
        : base(nameof(BufferedCell), inputSize, hiddenSize)
    {
        weight = nn.Parameter(randn(inputSize, hiddenSize));
        decay = nn.Parameter(full(hiddenSize, 0.5f));
        shift = full(hiddenSize, 0.1f);
        dropout = nn.Dropout(0.5);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor h) => dropout.call((x.matmul(weight) + h * decay + shift).tanh());
}

/// <summary>A sum that starts at 1: output (t) = 1 + x(0) + ... + x(t).</summary>
internal sealed class SumCell(int size) : RecurrentCell(nameof(SumCell), size, size)
{
    public override Tensor InitialState(Tensor input, long batch) => ones(batch, StateSize, dtype: input.dtype, device: input.device);

    public override Tensor forward(Tensor x, Tensor h) => h + x;
}

/// <summary>A Fibonacci-like cell with a state wider than its output: (a, b) becomes (b, a + x), and shows a.</summary>
internal sealed class PairCell() : RecurrentCell(nameof(PairCell), 1, 1)
{
    public override int StateSize => 2;

    public override Tensor Output(Tensor state) => state.narrow(1, 0, 1);

    public override Tensor forward(Tensor x, Tensor state) => cat([state.narrow(1, 1, 1), state.narrow(1, 0, 1) + x], 1);
}
