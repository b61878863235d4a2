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
    private static readonly FirstState[] _hiddenAlone = [FirstState.Learnt];

    /// <summary>The cell's name in options and files.</summary>
    public CellKind Kind { get; } = kind;

    /// <summary>Gates of a unit: the rows of a weight are this many times the units.</summary>
    public abstract int Gates { get; }

    /// <summary>
    /// The state vectors of H values, all 0 before a row's first step: h, then those that the cell carries beside it, as an LSTM c. What
    /// each begins with where a row's static values make the first states.
    /// </summary>
    public virtual IReadOnlyList<FirstState> FirstStates => _hiddenAlone;

    /// <summary>Number of state vectors.</summary>
    public int States => FirstStates.Count;

    /// <summary>Whether there are state vectors beside h.</summary>
    public bool HasCellState => States > 1;

    /// <summary>
    /// Whether the gates depend on the hidden state, through <c>weight_hh</c> and <c>bias_hh</c>; else on the input alone, so that those of
    /// all steps are one matrix product.
    /// </summary>
    public virtual bool HasRecurrentWeights => true;

    /// <summary>
    /// Parameters of each unit beside its gates' weights, as the decay of a linear recurrence: <c>unit</c> [P x H], parameter after
    /// parameter; 0 for none.
    /// </summary>
    public virtual int UnitParameters => 0;

    /// <summary>Whether the parameters of all units give numbers that a step can compute with.</summary>
    /// <param name="parameters">[P x H], finite.</param>
    public virtual bool AreUnitsPossible(ReadOnlySpan<float> parameters) => true;

    /// <summary>Draws the initial values of the units' parameters.</summary>
    /// <param name="values">[P x H], overwritten.</param>
    /// <param name="uniform">Draws a number of [0, 1).</param>
    public virtual void InitializeUnits(Span<float> values, Func<double> uniform) =>
        throw new InvalidOperationException($"The cell {Kind} has no parameters of units, but is asked for their initial values.");

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
    public bool IsInOnnx => Onnx is not null || this is IScannedCell or IDiagonalCell || !HasRecurrentWeights;

    /// <summary>One step by the cell's equations, in double precision: the reference that the kernels are tested against.</summary>
    /// <param name="input">[gates x H] W_ih x + b_ih.</param>
    /// <param name="recurrent">[gates x H] W_hh h + b_hh; empty for a cell without recurrent weights.</param>
    /// <param name="parameters">[P x H] the units' parameters; empty for a cell without them.</param>
    /// <param name="h">[H] the hidden state before the step, replaced by that after it.</param>
    /// <param name="c">[(States - 1) x H] likewise the other states, one after another; unused where there are none.</param>
    public abstract void Step(
        ReadOnlySpan<double> input,
        ReadOnlySpan<double> recurrent,
        ReadOnlySpan<double> parameters,
        Span<double> h,
        Span<double> c
    );

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

    public override int UnitParameters => TForward.UnitParameters;

    public override TResult Accept<TResult>(ICellVisitor<TResult> visitor) => visitor.Visit<TForward, TTraining>();
}

/// <summary>What a state vector begins with where a row's static values make the first states.</summary>
internal enum FirstState
{
    /// <summary>tanh of a linear map of the static values.</summary>
    Learnt,

    /// <summary>0.</summary>
    Zero,

    /// <summary>1.</summary>
    One,
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

/// <summary>A cell that ONNX has no operator for, but operators of its step, which an operator Scan repeats.</summary>
internal interface IScannedCell
{
    /// <summary>Adds the nodes of a step.</summary>
    /// <param name="gates">The gates' pre-activations, those of input and state added up, Single [batch, H].</param>
    /// <param name="states">The states before the step, Single [batch, H]: h first.</param>
    /// <returns>Those after it.</returns>
    string[] AddStep(IGateNodes gates, IReadOnlyList<string> states);
}

/// <summary>
/// A cell whose states beside h are the real and imaginary part of a linear recurrence of each unit, <c>x' = λ x + γ (a + b i)</c>, where a
/// and b are its first two gates, and whose h is a function of the real part and the other gates.
/// </summary>
internal interface IDiagonalCell
{
    /// <summary>λ and γ of a unit.</summary>
    /// <param name="unit">[P x H] the units' parameters.</param>
    /// <param name="index">The unit.</param>
    (double Real, double Imaginary, double Scale) Recurrence(ReadOnlySpan<float> unit, int index);

    /// <summary>Adds ONNX's nodes of h.</summary>
    /// <param name="gates">The gates' pre-activations, Single [time, batch, H].</param>
    /// <param name="real">The real part after each step, of the same shape.</param>
    string AddHidden(IGateNodes gates, string real);
}

/// <summary>The pre-activations of a cell's gates as values of an ONNX graph, which are known by their names.</summary>
internal interface IGateNodes
{
    /// <summary>W_ih x + b_ih of a gate, Single [time, batch, H]; for a step's nodes that of the step.</summary>
    string Gate(int gate);

    /// <summary>A constant.</summary>
    string Scalar(float value);

    /// <summary>Adds an operator with one output.</summary>
    string Add(string @operator, params string[] inputs);
}
