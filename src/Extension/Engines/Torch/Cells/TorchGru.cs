using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.Gru"/>.</summary>
internal sealed class TorchGru() : TorchCell(CellKind.Gru)
{
    public override SteppedCell Stepped(int inputSize, int hiddenSize) => new Cell(inputSize, hiddenSize);

    public override FusedLayer Fused(int inputSize, int hiddenSize, Device device, ScalarType type) =>
        new Layer(nn.GRU(inputSize, hiddenSize, device: device, dtype: type));

    /// <summary>Gates r z n; h' = (1 - z) n + z h, n = tanh(W_in x + b_in + r (W_hn h + b_hn)).</summary>
    private sealed class Cell(int inputSize, int hiddenSize) : SteppedCell("GruCell", 3, inputSize, hiddenSize)
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

    private sealed class Layer : FusedLayer
    {
        private readonly GRU _gru;

        public Layer(GRU gru)
        {
            _gru = gru;
            // Puts all weights into one contiguous block for cuDNN; elsewhere it does nothing.
            _gru.flatten_parameters();
        }

        public override nn.Module Module => _gru;

        public override Tensor Run(Tensor input, Tensor[]? state) => _gru.call(input, state?[0]).Item1;

        public override PackedSequence Run(PackedSequence rows, Tensor[]? state) => _gru.call(rows, state?[0]).Item1;

        public override Tensor[] LastState(PackedSequence rows) => [_gru.call(rows).Item2];

        public override Tensor[] LastState(Tensor input, Tensor[]? state) => [_gru.call(input, state?[0]).Item2];
    }
}
