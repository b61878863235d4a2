using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.SLstm"/>.</summary>
internal sealed class TorchSLstm() : TorchCell(CellKind.SLstm)
{
    public override SteppedCell Stepped(int inputSize, int hiddenSize) => new Cell(inputSize, hiddenSize);

    public override FusedLayer Fused(int inputSize, int hiddenSize, Device device, ScalarType type) =>
        new SteppedLayer(Stepped(inputSize, hiddenSize), device, type);

    /// <summary>
    /// Gates i f z o; c' = f c + i z, n' = f n + i, h' = o c'/n', with i and f divided by the exponential of the stabiliser m. The state is
    /// [h, c, n, m].
    /// </summary>
    private sealed class Cell(int inputSize, int hiddenSize) : SteppedCell("SLstmCell", 4, inputSize, hiddenSize)
    {
        public override int StateSize => 4 * HiddenSize;

        public override Tensor Output(Tensor state) => state.narrow(1, 0, HiddenSize);

        public override Tensor forward(Tensor x, Tensor state)
        {
            Tensor[] states = state.split(HiddenSize, 1);
            Tensor c = states[1],
                n = states[2];
            // The states have 32 bits also where the weights have fewer.
            Tensor[] a = FromInput(x).Plus(FromState(states[0].to(x.dtype))).to(ScalarType.Float32).chunk(4, 1);
            Tensor kept = states[3] - nn.functional.softplus(a[1].negative());
            // h does not depend on it.
            Tensor m = where(n.gt(Scalars.Zero), maximum(kept, a[0]), a[0]).detach();
            Tensor i = (a[0] - m).exp(),
                f = (kept - m).clamp(max: Scalars.Zero).exp(),
                z = a[2].tanh(),
                o = a[3].sigmoid();
            c = (f * c).Plus(i * z);
            n = (f * n).Plus(i);
            return cat([o * c / n, c, n, m], 1);
        }
    }
}
