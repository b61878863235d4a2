using TorchSharp.Modules;
using static TorchSharp.torch;
using PackedSequence = TorchSharp.torch.nn.utils.rnn.PackedSequence;

namespace RnnMlNet.Engines.Torch.Cells;

/// <summary>Torch's implementation of a built-in cell. <see cref="TorchCells"/> lists them.</summary>
/// <param name="kind">The cell.</param>
internal abstract class TorchCell(CellKind kind)
{
    /// <summary>The cell.</summary>
    public CellKind Kind { get; } = kind;

    /// <summary>The cell step by step, with weights of zero.</summary>
    public abstract SteppedCell Stepped(int inputSize, int hiddenSize);

    /// <summary>
    /// Torch's fused layer of the same equations, one layer in one direction; null where torch has none, and training runs step by step.
    /// </summary>
    public virtual FusedLayer? Fused(int inputSize, int hiddenSize, Device device, ScalarType type) => null;

    /// <summary>Whether the steps beyond a row's end must be left out even where their states are unused.</summary>
    public virtual bool LeavesOutPadding => false;
}

/// <summary>A recurrent layer of torch. Inputs are [T, B, in], states [1, B, H]: h, and c where the cell has one.</summary>
internal abstract class FusedLayer : IDisposable
{
    /// <summary>The module that owns its parameters.</summary>
    public abstract nn.Module Module { get; }

    /// <summary>What its parameters' names end in: PyTorch's name of the first layer.</summary>
    public virtual string Suffix => "_l0";

    /// <summary>h at all steps, [T, B, H].</summary>
    /// <param name="input">The steps.</param>
    /// <param name="state">The initial states; null for zeros.</param>
    public abstract Tensor Run(Tensor input, Tensor[]? state);

    /// <summary>The same for rows of different lengths.</summary>
    public abstract PackedSequence Run(PackedSequence rows, Tensor[]? state);

    /// <summary>The states after each row's last step.</summary>
    public abstract Tensor[] LastState(PackedSequence rows);

    /// <summary>The states after the last step.</summary>
    /// <param name="input">The steps.</param>
    /// <param name="state">The initial states; null for zeros.</param>
    public abstract Tensor[] LastState(Tensor input, Tensor[]? state);

    public void Dispose() => Module.Dispose();
}
