using TorchSharp;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>A layer of a cell that torch has no fused layer of: the cell step by step.</summary>
internal sealed class SteppedLayer : FusedLayer
{
    private readonly SteppedCell _cell;
    private readonly Device _device;

    /// <param name="cell">The cell, which the layer owns.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="type">The type of its weights.</param>
    public SteppedLayer(SteppedCell cell, Device device, ScalarType type)
    {
        _cell = cell;
        _device = device;
        cell.to(device, type);
    }

    public override nn.Module Module => _cell;

    public override string Suffix => "";

    public override Tensor Run(Tensor input, Tensor[]? state) =>
        stack(StepLoop.Run(_cell, input, valid: null, reverse: false, Joined(state)).Outputs, 0);

    public override PackedSequence Run(PackedSequence rows, Tensor[]? state)
    {
        var (input, lengths) = nn.utils.rnn.pad_packed_sequence(rows);
        return nn.utils.rnn.pack_padded_sequence(Run(input, state), lengths, enforce_sorted: false);
    }

    public override Tensor[] LastState(PackedSequence rows)
    {
        var (input, lengths) = nn.utils.rnn.pad_packed_sequence(rows);
        Tensor valid = arange(input.shape[0]).unsqueeze(1).lt(lengths.unsqueeze(0)).to(_device);
        return Last(input, valid, state: null);
    }

    public override Tensor[] LastState(Tensor input, Tensor[]? state) => Last(input, valid: null, state);

    private Tensor[] Last(Tensor input, Tensor? valid, Tensor[]? state) =>
        StepLoop.Run(_cell, input, valid, reverse: false, Joined(state)).State.unsqueeze(0).split(_cell.HiddenSize, 2);

    // A stepped cell's state is its states side by side.
    private static Tensor? Joined(Tensor[]? state) => state is null ? null : cat([.. state.Select(part => part[0])], 1);
}
