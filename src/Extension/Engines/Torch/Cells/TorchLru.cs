using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.Lru"/>.</summary>
internal sealed class TorchLru() : TorchCell(CellKind.Lru)
{
    public override SteppedCell Stepped(int inputSize, int hiddenSize) => new Cell(inputSize, hiddenSize);

    public override FusedLayer Fused(int inputSize, int hiddenSize, Device device, ScalarType type) =>
        new SteppedLayer(Stepped(inputSize, hiddenSize), device, type);

    /// <summary>
    /// Gates a b d o; s' = λ s + γ (a + b i), h' = σ(o) (Re s' + d), with λ = exp(-exp(ν) + i exp(θ)) and γ = exp(γ̃). The state is [h, Re s,
    /// Im s].
    /// </summary>
    private sealed class Cell(int inputSize, int hiddenSize)
        : SteppedCell("LruCell", 4, inputSize, hiddenSize, hasRecurrentWeights: false, unitParameters: 3)
    {
        public override int StateSize => 3 * HiddenSize;

        public override Tensor Output(Tensor state) => state.narrow(1, 0, HiddenSize);

        public override Tensor forward(Tensor x, Tensor state)
        {
            Tensor re = state.narrow(1, HiddenSize, HiddenSize),
                im = state.narrow(1, 2 * HiddenSize, HiddenSize);
            Tensor[] a = FromInput(x).chunk(4, 1);
            Tensor[] unit = UnitParameters;
            Tensor radius = unit[0].exp().negative().exp(),
                angle = unit[1].exp(),
                scale = unit[2].exp();
            Tensor real = radius * angle.cos(),
                imaginary = radius * angle.sin();
            Tensor nextRe = (real * re - imaginary * im).Plus(scale * a[0]),
                nextIm = (imaginary * re).Plus(real * im).Plus(scale * a[1]);
            return cat([a[3].sigmoid() * nextRe.Plus(a[2]), nextRe, nextIm], 1);
        }
    }
}
