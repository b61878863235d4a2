using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.Lru"/>.</summary>
internal sealed class TorchLru() : TorchCell(CellKind.Lru)
{
    public override SteppedCell Stepped(int inputSize, int hiddenSize) => new Cell(inputSize, hiddenSize);

    public override FusedLayer Fused(int inputSize, int hiddenSize, Device device, ScalarType type) =>
        new Layer(inputSize, hiddenSize, device, type);

    // Re λ, Im λ and γ of the units' parameters ν, θ and γ̃.
    private static (Tensor Real, Tensor Imaginary, Tensor Scale) Recurrence(Tensor[] unit)
    {
        Tensor radius = unit[0].exp().negative().exp(),
            angle = unit[1].exp();
        return (radius * angle.cos(), radius * angle.sin(), unit[2].exp());
    }

    // λ s.
    private static (Tensor Re, Tensor Im) Times(Tensor real, Tensor imaginary, Tensor re, Tensor im) =>
        (real * re - imaginary * im, (imaginary * re).Plus(real * im));

    private static Tensor Hidden(Tensor[] gates, Tensor re) => gates[3].sigmoid() * re.Plus(gates[2]);

    /// <summary>
    /// Gates a b d o; s' = λ s + γ (a + b i), h' = σ(o) (Re s' + d), with λ = exp(-exp(ν) + i exp(θ)) and γ = exp(γ̃). The state is [h,
    /// Re s, Im s].
    /// </summary>
    private sealed class Cell(int inputSize, int hiddenSize)
        : SteppedCell("LruCell", 4, inputSize, hiddenSize, hasRecurrentWeights: false, unitParameters: 3)
    {
        public override int StateSize => 3 * HiddenSize;

        public override Tensor Output(Tensor state) => state.narrow(1, 0, HiddenSize);

        public override Tensor forward(Tensor x, Tensor state)
        {
            Tensor[] states = state.split(HiddenSize, 1);
            Tensor[] a = FromInput(x).chunk(4, 1);
            var (real, imaginary, scale) = Recurrence(UnitParameters);
            var (re, im) = Times(real, imaginary, states[1], states[2]);
            (re, im) = (re.Plus(scale * a[0]), im.Plus(scale * a[1]));
            return cat([Hidden(a, re), re, im], 1);
        }
    }

    /// <summary>All steps at once, the states with 32 bits.</summary>
    private sealed class Layer(int inputSize, int hiddenSize, Device device, ScalarType type)
        : ScannedLayer(gates: 4, unitParameters: 3, inputSize, hiddenSize, device, type)
    {
        protected override Tensor[] States(Tensor[] gates, Tensor? unit, Tensor[]? state)
        {
            gates = [.. gates.Select(gate => gate.to(ScalarType.Float32))];
            var (real, imaginary, scale) = Recurrence(unit!.to(ScalarType.Float32).chunk(3, 0));
            Tensor re = scale * gates[0],
                im = scale * gates[1];
            if (state is not null)
            {
                var (firstRe, firstIm) = Times(real, imaginary, state[1], state[2]);
                (re, im) = (AddTo(re, 0, firstRe), AddTo(im, 0, firstIm));
            }
            long steps = re.shape[0];
            for (long shift = 1; shift < steps; shift *= 2)
            {
                var (addedRe, addedIm) = Times(real, imaginary, re.narrow(0, 0, steps - shift), im.narrow(0, 0, steps - shift));
                (re, im) = (AddTo(re, shift, addedRe), AddTo(im, shift, addedIm));
                // λ to the power of twice the steps.
                (real, imaginary) = Times(real, imaginary, real, imaginary);
            }
            return [Hidden(gates, re), re, im];
        }

        // Adds to some of the steps, from one on.
        private static Tensor AddTo(Tensor steps, long first, Tensor added)
        {
            long behind = first + added.shape[0];
            return cat(
                [
                    steps.narrow(0, 0, first),
                    steps.narrow(0, first, added.shape[0]).Plus(added),
                    steps.narrow(0, behind, steps.shape[0] - behind),
                ],
                0
            );
        }
    }
}
