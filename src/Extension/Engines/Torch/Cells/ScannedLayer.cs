using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>
/// A layer of a cell without recurrent weights: all steps' gates by one product, and all steps' states by a parallel scan (Hillis and
/// Steele, "Data Parallel Algorithms", 1986), which adds up over 1, 2, 4, ... steps at once.
/// </summary>
/// <param name="gates">Gates of a unit.</param>
/// <param name="unitParameters">Parameters of a unit beside them.</param>
/// <param name="inputSize">Width of a step's input.</param>
/// <param name="hiddenSize">H.</param>
/// <param name="device">Where it computes.</param>
/// <param name="type">The type of its weights.</param>
internal abstract class ScannedLayer(int gates, int unitParameters, int inputSize, int hiddenSize, Device device, ScalarType type)
    : FusedLayer
{
    private readonly Weights _weights = new(gates * hiddenSize, unitParameters * hiddenSize, inputSize, device, type);

    public override nn.Module Module => _weights;

    public override Tensor Run(Tensor input, Tensor[]? state) => States(input, state)[0];

    public override PackedSequence Run(PackedSequence rows, Tensor[]? state)
    {
        var (input, lengths) = nn.utils.rnn.pad_packed_sequence(rows);
        return nn.utils.rnn.pack_padded_sequence(Run(input, state), lengths, enforce_sorted: false);
    }

    public override Tensor[] LastState(PackedSequence rows)
    {
        var (input, lengths) = nn.utils.rnn.pad_packed_sequence(rows);
        Tensor last = lengths.to(device).MinusOne().view(1, -1, 1).expand(1, -1, hiddenSize);
        return [.. States(input, null).Select(all => all.gather(0, last))];
    }

    public override Tensor[] LastState(Tensor input, Tensor[]? state) =>
        [.. States(input, state).Select(all => all.narrow(0, input.shape[0] - 1, 1))];

    /// <summary>The states after each step, each [T, B, H], h first.</summary>
    /// <param name="gates">The gates' pre-activations, each [T, B, H].</param>
    /// <param name="unit">[P x H] the units' parameters; null for none.</param>
    /// <param name="state">The initial states, each [1, B, H]; null for zeros.</param>
    protected abstract Tensor[] States(Tensor[] gates, Tensor? unit, Tensor[]? state);

    private Tensor[] States(Tensor input, Tensor[]? state) => States(_weights.forward(input).split(hiddenSize, 2), _weights.Unit, state);

    /// <summary>W_ih, b_ih and the units' parameters under the names that torch's layers would give them.</summary>
    private sealed class Weights : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight,
            _bias;

        public Weights(int outputs, int unitParameters, int inputs, Device device, ScalarType type)
            : base(nameof(Weights))
        {
            _weight = nn.Parameter(zeros(outputs, inputs, dtype: type, device: device));
            _bias = nn.Parameter(zeros(outputs, dtype: type, device: device));
            register_parameter("weight_ih_l0", _weight);
            register_parameter("bias_ih_l0", _bias);
            if (unitParameters == 0)
                return;
            // In single precision throughout: exponentials of rounded parameters are another recurrence.
            Unit = nn.Parameter(zeros(unitParameters, dtype: ScalarType.Float32, device: device));
            register_parameter("unit_l0", Unit);
        }

        public Parameter? Unit { get; }

        public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
    }
}
