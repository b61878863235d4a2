using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.MinGru"/>.</summary>
internal sealed class TorchMinGru() : TorchGatedAverage(CellKind.MinGru, gates: 2)
{
    protected override Tensor UpdateGate(Tensor[] gates) => gates[0].sigmoid();
}
