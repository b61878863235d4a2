using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

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

    /// <summary>
    /// All steps' gates by one product, and all steps' states by a parallel scan: h_t = a_t h_(t-1) + b_t over 1, 2, 4, ... steps at once
    /// (Hillis and Steele, "Data Parallel Algorithms", 1986).
    /// </summary>
    private sealed class Layer(TorchGatedAverage cell, int inputSize, int hiddenSize, Device device, ScalarType type) : FusedLayer
    {
        private readonly Weights _weights = new(cell._gates * hiddenSize, inputSize, device, type);

        public override nn.Module Module => _weights;

        public override Tensor Run(Tensor input, Tensor[]? state) => States(input, state?[0]);

        public override PackedSequence Run(PackedSequence rows, Tensor[]? state)
        {
            var (input, lengths) = nn.utils.rnn.pad_packed_sequence(rows);
            return nn.utils.rnn.pack_padded_sequence(Run(input, state), lengths, enforce_sorted: false);
        }

        public override Tensor[] LastState(PackedSequence rows)
        {
            var (input, lengths) = nn.utils.rnn.pad_packed_sequence(rows);
            Tensor last = lengths.to(device).MinusOne().view(1, -1, 1).expand(1, -1, hiddenSize);
            return [Run(input, state: null).gather(0, last)];
        }

        public override Tensor[] LastState(Tensor input, Tensor[]? state) => [States(input, state?[0]).narrow(0, input.shape[0] - 1, 1)];

        private Tensor States(Tensor input, Tensor? state)
        {
            Tensor[] gates = _weights.forward(input).chunk(cell._gates, 2);
            Tensor update = cell.UpdateGate(gates),
                a = update.OneMinus(),
                b = update * gates[^1];
            if (state is not null)
                b = cat([b.narrow(0, 0, 1).Plus(a.narrow(0, 0, 1) * state), b.narrow(0, 1, b.shape[0] - 1)], 0);
            long steps = input.shape[0];
            for (long shift = 1; shift < steps; shift *= 2)
            {
                long rest = steps - shift;
                Tensor later = a.narrow(0, shift, rest);
                b = cat([b.narrow(0, 0, shift), b.narrow(0, shift, rest).Plus(later * b.narrow(0, 0, rest))], 0);
                a = cat([a.narrow(0, 0, shift), later * a.narrow(0, 0, rest)], 0);
            }
            return b;
        }
    }

    /// <summary>W_ih and b_ih under the names that torch's layers give them.</summary>
    private sealed class Weights : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight,
            _bias;

        public Weights(int outputs, int inputs, Device device, ScalarType type)
            : base(nameof(Weights))
        {
            _weight = nn.Parameter(zeros(outputs, inputs, dtype: type, device: device));
            _bias = nn.Parameter(zeros(outputs, dtype: type, device: device));
            register_parameter("weight_ih_l0", _weight);
            register_parameter("bias_ih_l0", _bias);
        }

        public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
    }
}
