using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of <see cref="CellKind.MinLstm"/>.</summary>
internal sealed class TorchMinLstm() : TorchGatedAverage(CellKind.MinLstm, gates: 3)
{
    protected override Tensor UpdateGate(Tensor[] gates)
    {
        Tensor input = gates[1].sigmoid();
        return input / gates[0].sigmoid().Plus(input);
    }
}
