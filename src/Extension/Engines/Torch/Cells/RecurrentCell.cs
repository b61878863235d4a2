using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet;

/// <summary>
/// One step of a recurrent network, <c>h' = cell(x_t, h)</c>. Derive from it for a cell of your own, register it with
/// <see cref="RecurrentCells.Register"/>, and name it in the option CustomCell.
/// </summary>
/// <remarks>
/// A derived class makes its parameters or sub-modules in fields, calls <c>RegisterComponents()</c> at the end of its constructor, and
/// implements <c>forward(Tensor x, Tensor state)</c>: x is [batch, <see cref="InputSize"/>], the state and the result are [batch,
/// <see cref="StateSize"/>].
/// </remarks>
public abstract class RecurrentCell : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Makes a cell.</summary>
    /// <param name="name">Name of the module.</param>
    /// <param name="inputSize">Width of a step's input, at least 1.</param>
    /// <param name="hiddenSize">H, width of a step's output, at least 1.</param>
    protected RecurrentCell(string name, int inputSize, int hiddenSize)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        InputSize = inputSize;
        HiddenSize = hiddenSize;
    }

    /// <summary>Width of a step's input.</summary>
    public int InputSize { get; }

    /// <summary>H, width of a step's output.</summary>
    public int HiddenSize { get; }

    /// <summary>Width of what a step hands to the next; H unless overridden (an LSTM keeps h and c, 2 H).</summary>
    public virtual int StateSize => HiddenSize;

    /// <summary>The state before the first step: zeros [batch, <see cref="StateSize"/>] unless overridden.</summary>
    /// <param name="input">The sequence that will be read, for its device and number type.</param>
    /// <param name="batch">Number of rows.</param>
    public virtual Tensor InitialState(Tensor input, long batch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return zeros(batch, StateSize, dtype: input.dtype, device: input.device);
    }

    /// <summary>The output [batch, H] in a state: the state itself unless overridden.</summary>
    /// <param name="state">[batch, <see cref="StateSize"/>].</param>
    public virtual Tensor Output(Tensor state) => state;
}
