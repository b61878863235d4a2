using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// The definition of a recurrent cell, except for torch's implementation. Gates are in PyTorch's order throughout, weights in PyTorch's
/// layout: <c>weight_ih</c> [gates x H, inputs], <c>weight_hh</c> [gates x H, H], <c>bias_ih</c> and <c>bias_hh</c> [gates x H]; a cell
/// without recurrent weights has the input's alone.
/// </summary>
/// <param name="kind">The cell's name in options and files.</param>
internal abstract class Cell(CellKind kind)
{
    /// <summary>The cell's name in options and files.</summary>
    public CellKind Kind { get; } = kind;

    /// <summary>Gates of a unit: the rows of a weight are this many times the units.</summary>
    public abstract int Gates { get; }

    /// <summary>Whether a unit has a cell state c beside its hidden state h.</summary>
    public virtual bool HasCellState => false;

    /// <summary>
    /// Whether the gates depend on the hidden state, through <c>weight_hh</c> and <c>bias_hh</c>; else on the input alone, so that those of
    /// all steps are one matrix product.
    /// </summary>
    public virtual bool HasRecurrentWeights => true;

    /// <summary>Number of state vectors of H values: h, and c where there is one.</summary>
    public int States => HasCellState ? 2 : 1;

    /// <summary>
    /// The gate whose initial <c>bias_ih</c> is the option ForgetBias; null for none, when all initial biases are 0.
    /// </summary>
    public virtual int? ForgetGate => null;

    /// <summary>ONNX's operator of the same equations; null where there is none.</summary>
    public virtual OnnxCell? Onnx => null;

    /// <summary>
    /// For a cell that is a gated average, <c>h' = (1 - z) h + z h̃</c> with z and h̃, its last gate, functions of the input alone: adds
    /// ONNX's nodes of the logit of z, and returns its name; null for any other cell.
    /// </summary>
    /// <param name="gates">The gates' pre-activations.</param>
    public virtual string? AddUpdateGate(IGateNodes gates) => null;

    /// <summary>Whether ONNX has an operator, or a combination of operators, of the same equations.</summary>
    public bool IsInOnnx => Onnx is not null || !HasRecurrentWeights;

    /// <summary>One step by the cell's equations, in double precision: the reference that the kernels are tested against.</summary>
    /// <param name="input">[gates x H] W_ih x + b_ih.</param>
    /// <param name="recurrent">[gates x H] W_hh h + b_hh; empty for a cell without recurrent weights.</param>
    /// <param name="h">[H] the hidden state before the step, replaced by that after it.</param>
    /// <param name="c">[H] likewise the cell state; unused where there is none.</param>
    public abstract void Step(ReadOnlySpan<double> input, ReadOnlySpan<double> recurrent, Span<double> h, Span<double> c);

    /// <summary>Calls a visitor with the cell's vector code.</summary>
    public abstract TResult Accept<TResult>(ICellVisitor<TResult> visitor);

    /// <summary>σ(x) = 1 / (1 + exp(-x)).</summary>
    private protected static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}

/// <summary>A cell with its vector code.</summary>
/// <typeparam name="TForward">The step of a scorer.</typeparam>
/// <typeparam name="TTraining">The step of training, forward and backward.</typeparam>
internal abstract class Cell<TForward, TTraining>(CellKind kind) : Cell(kind)
    where TForward : unmanaged, ICellForward
    where TTraining : unmanaged, ICellTraining
{
    public override int Gates => TForward.Gates;

    public override TResult Accept<TResult>(ICellVisitor<TResult> visitor) => visitor.Visit<TForward, TTraining>();
}

/// <summary>An operation on a cell's vector code as type parameters, so that the compiler generates machine code for each cell.</summary>
internal interface ICellVisitor<TResult>
{
    /// <typeparam name="TForward">The step of a scorer.</typeparam>
    /// <typeparam name="TTraining">The step of training, forward and backward.</typeparam>
    TResult Visit<TForward, TTraining>()
        where TForward : unmanaged, ICellForward
        where TTraining : unmanaged, ICellTraining;
}

/// <summary>ONNX's description of a cell.</summary>
/// <param name="Operator">LSTM, GRU or RNN.</param>
/// <param name="GateOrder">Index of each of ONNX's gates in PyTorch's order.</param>
/// <param name="Activation">RNN's activation function; null for the operator's own.</param>
/// <param name="LinearBeforeReset">GRU's attribute <c>linear_before_reset</c>: the reset gate is applied after the state's map, as in
/// PyTorch.</param>
internal sealed record OnnxCell(string Operator, int[] GateOrder, string? Activation = null, bool LinearBeforeReset = false);

/// <summary>The pre-activations of a cell's gates as values of an ONNX graph, which are known by their names.</summary>
internal interface IGateNodes
{
    /// <summary>W_ih x + b_ih of a gate, Single [time, batch, H].</summary>
    string Gate(int gate);

    /// <summary>Adds an operator with one output.</summary>
    string Add(string @operator, params string[] inputs);
}
