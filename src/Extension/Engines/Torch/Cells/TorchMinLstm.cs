using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.MinLstm"/>.</summary>
internal sealed class TorchMinLstm() : TorchGatedAverage(CellKind.MinLstm, gates: 3)
{
    // i/(f + i) is the sigmoid of log i - log f, and log σ(x) = -softplus(-x): also where both gates are 0 to the last bit.
    protected override Tensor UpdateGate(Tensor[] gates) =>
        (nn.functional.softplus(-gates[0]) - nn.functional.softplus(-gates[1])).sigmoid();
}
