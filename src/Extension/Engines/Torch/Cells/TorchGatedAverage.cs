using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// Torch's implementation of a cell without recurrent weights: h' = h + z (h̃ - h), where z and h̃ are functions of the input alone.
/// </summary>
/// <param name="kind">The cell.</param>
/// <param name="gates">Gates of a unit; the last is h̃.</param>
internal abstract class TorchGatedAverage(CellKind kind, int gates) : TorchCell(kind)
{
    private readonly int _gates = gates;

    public override SteppedCell Stepped(int inputSize, int hiddenSize) => new Step(this, inputSize, hiddenSize);

    public override FusedLayer Fused(int inputSize, int hiddenSize, Device device, ScalarType type) =>
        new Layer(this, inputSize, hiddenSize, device, type);

    /// <summary>z, of the shape of each gate's pre-activations.</summary>
    protected abstract Tensor UpdateGate(Tensor[] gates);

    private static Tensor Average(Tensor update, Tensor candidate, Tensor h) => h.Plus(update * (candidate - h));

    private sealed class Step(TorchGatedAverage cell, int inputSize, int hiddenSize)
        : SteppedCell($"{cell.Kind}Cell", cell._gates, inputSize, hiddenSize, hasRecurrentWeights: false)
    {
        public override Tensor forward(Tensor x, Tensor h)
        {
            Tensor[] a = FromInput(x).chunk(cell._gates, 1);
            return Average(cell.UpdateGate(a), a[^1], h);
        }
    }

    /// <summary>h_t = a_t h_(t-1) + b_t.</summary>
    private sealed class Layer(TorchGatedAverage cell, int inputSize, int hiddenSize, Device device, ScalarType type)
        : ScannedLayer(cell._gates, unitParameters: 0, inputSize, hiddenSize, device, type)
    {
        protected override Tensor[] States(Tensor[] gates, Tensor? unit, Tensor[]? state)
        {
            Tensor update = cell.UpdateGate(gates),
                a = update.OneMinus(),
                b = update * gates[^1];
            if (state is not null)
                b = cat([b.narrow(0, 0, 1).Plus(a.narrow(0, 0, 1) * state[0]), b.narrow(0, 1, b.shape[0] - 1)], 0);
            long steps = b.shape[0];
            for (long shift = 1; shift < steps; shift *= 2)
            {
                long rest = steps - shift;
                Tensor later = a.narrow(0, shift, rest);
                b = cat([b.narrow(0, 0, shift), b.narrow(0, shift, rest).Plus(later * b.narrow(0, 0, rest))], 0);
                a = cat([a.narrow(0, 0, shift), later * a.narrow(0, 0, rest)], 0);
            }
            return [b];
        }
    }
}
