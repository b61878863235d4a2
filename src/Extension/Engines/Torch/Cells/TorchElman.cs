using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.Elman"/> and <see cref="CellKind.ElmanRelu"/>.</summary>
internal sealed class TorchElman(CellKind kind) : TorchCell(kind)
{
    private bool IsRectified => Kind == CellKind.ElmanRelu;

    // A rectified state is unbounded: over the padding it can grow to infinity, and infinity times the padding's gradient of zero is NaN.
    public override bool LeavesOutPadding => IsRectified;

    public override SteppedCell Stepped(int inputSize, int hiddenSize) => new Cell(inputSize, hiddenSize, IsRectified);

    public override FusedLayer Fused(int inputSize, int hiddenSize, Device device, ScalarType type)
    {
        nn.NonLinearities activation = IsRectified ? nn.NonLinearities.ReLU : nn.NonLinearities.Tanh;
        return new Layer(nn.RNN(inputSize, hiddenSize, nonLinearity: activation, device: device, dtype: type));
    }

    /// <summary>h' = tanh or relu (W_ih x + b_ih + W_hh h + b_hh).</summary>
    private sealed class Cell(int inputSize, int hiddenSize, bool isRectified) : SteppedCell("ElmanCell", 1, inputSize, hiddenSize)
    {
        public override Tensor forward(Tensor x, Tensor h)
        {
            Tensor a = FromInput(x).Plus(FromState(h));
            return isRectified ? a.relu() : a.tanh();
        }
    }

    private sealed class Layer : FusedLayer
    {
        private readonly RNN _rnn;

        public Layer(RNN rnn)
        {
            _rnn = rnn;
            // Puts all weights into one contiguous block for cuDNN; elsewhere it does nothing.
            _rnn.flatten_parameters();
        }

        public override nn.Module Module => _rnn;

        public override Tensor Run(Tensor input, Tensor[]? state) => _rnn.call(input, state?[0]).Item1;

        public override PackedSequence Run(PackedSequence rows, Tensor[]? state) => _rnn.call(rows, state?[0]).Item1;

        public override Tensor[] LastState(PackedSequence rows) => [_rnn.call(rows).Item2];

        public override Tensor[] LastState(Tensor input, Tensor[]? state) => [_rnn.call(input, state?[0]).Item2];
    }
}
