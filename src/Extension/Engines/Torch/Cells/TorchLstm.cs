using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.Lstm"/>.</summary>
internal sealed class TorchLstm() : TorchCell(CellKind.Lstm)
{
    public override SteppedCell Stepped(int inputSize, int hiddenSize) => new Cell(inputSize, hiddenSize);

    public override FusedLayer Fused(int inputSize, int hiddenSize, Device device, ScalarType type) =>
        new Layer(nn.LSTM(inputSize, hiddenSize, device: device, dtype: type));

    /// <summary>Gates i f g o; c' = f c + i g, h' = o tanh(c'). The state is [h, c].</summary>
    private sealed class Cell(int inputSize, int hiddenSize) : SteppedCell("LstmCell", 4, inputSize, hiddenSize)
    {
        public override int StateSize => 2 * HiddenSize;

        public override Tensor Output(Tensor state) => state.narrow(1, 0, HiddenSize);

        public override Tensor forward(Tensor x, Tensor state)
        {
            Tensor h = Output(state),
                c = state.narrow(1, HiddenSize, HiddenSize);
            Tensor[] a = FromInput(x).Plus(FromState(h)).chunk(4, 1);
            Tensor i = a[0].sigmoid(),
                f = a[1].sigmoid(),
                g = a[2].tanh(),
                o = a[3].sigmoid();
            Tensor next = (f * c).Plus(i * g);
            return cat([o * next.tanh(), next], 1);
        }
    }

    private sealed class Layer : FusedLayer
    {
        private readonly LSTM _lstm;

        public Layer(LSTM lstm)
        {
            _lstm = lstm;
            // Puts all weights into one contiguous block for cuDNN; elsewhere it does nothing.
            _lstm.flatten_parameters();
        }

        public override nn.Module Module => _lstm;

        public override Tensor Run(Tensor input, Tensor[]? state) =>
            OneDnn.AsInTraining(() => new[] { _lstm.call(input, Pair(state)).Item1 })[0];

        public override PackedSequence Run(PackedSequence rows, Tensor[]? state) => _lstm.call(rows, Pair(state)).Item1;

        public override Tensor[] LastState(PackedSequence rows)
        {
            var (_, h, c) = _lstm.call(rows);
            return [h, c];
        }

        public override Tensor[] LastState(Tensor input, Tensor[]? state) =>
            OneDnn.AsInTraining(() =>
            {
                var (_, h, c) = _lstm.call(input, Pair(state));
                return new[] { h, c };
            });

        private static (Tensor, Tensor)? Pair(Tensor[]? state) => state is null ? null : (state[0], state[1]);
    }
}
