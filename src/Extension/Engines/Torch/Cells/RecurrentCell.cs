using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet;

/// <summary>
/// One step of a recurrent network, <c>h' = cell(x_t, h)</c>. Derive a custom cell from it, register it with
/// <see cref="RecurrentCells.Register"/>, and set the option CustomCell to its name.
/// </summary>
/// <remarks>
/// A derived class assigns its parameters or sub-modules to fields, calls <c>RegisterComponents()</c> at the end of its constructor, and
/// implements <c>forward(Tensor x, Tensor state)</c>: x is [batch, <see cref="InputSize"/>], the state and the result are [batch,
/// <see cref="StateSize"/>].
/// </remarks>
public abstract class RecurrentCell : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Creates a cell.</summary>
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

    /// <summary>Width of the state passed from step to step; H unless overridden (2 H for an LSTM, which keeps h and c).</summary>
    public virtual int StateSize => HiddenSize;

    /// <summary>The state before the first step: zeros [batch, <see cref="StateSize"/>] unless overridden.</summary>
    /// <param name="input">The sequence to be read, which determines device and data type.</param>
    /// <param name="batch">Number of rows.</param>
    public virtual Tensor InitialState(Tensor input, long batch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return zeros(batch, StateSize, dtype: input.dtype, device: input.device);
    }

    /// <summary>The output [batch, H] of a state: the state itself unless overridden.</summary>
    /// <param name="state">[batch, <see cref="StateSize"/>].</param>
    public virtual Tensor Output(Tensor state) => state;
}
