using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// Scalar long short-term memory with exponential gating (Beck et al., "xLSTM: Extended Long Short-Term Memory", 2024, section 2.2). Gates
/// i f z o with the pre-activations <c>W_i* x + b_i* + W_h* h + b_h*</c>: <c>i = exp(ĩ)</c>, <c>f = σ(f̃)</c>, <c>z = tanh(z̃)</c>,
/// <c>o = σ(õ)</c>, <c>c' = f c + i z</c>, <c>n' = f n + i</c>, <c>h' = o c'/n'</c>. One head: W_h* is a full matrix, as the kernels
/// compute it, where several heads would make it block-diagonal.
/// </summary>
/// <remarks>
/// The quotient stays the same where c and n are multiplied by one number, so both are kept divided by exp(m), with the stabiliser
/// <c>m' = max(log f + m, ĩ)</c>: one of the two summands of n' then has the factor 1. Of the first step it is ĩ, as in the authors'
/// implementation: n is 0, and there is nothing to forget. For the same reason m has no gradient.
/// </remarks>
internal sealed class SLstm() : Cell<SLstmForward, SLstmTraining>(CellKind.SLstm), IScannedCell
{
    // h c n m; a learnt c is the mean of what was read before, with the weight 1.
    public override IReadOnlyList<FirstState> FirstStates { get; } =
    [FirstState.Learnt, FirstState.Learnt, FirstState.One, FirstState.Zero];

    public override int? ForgetGate => 1;

    public override void Step(
        ReadOnlySpan<double> input,
        ReadOnlySpan<double> recurrent,
        ReadOnlySpan<double> parameters,
        Span<double> h,
        Span<double> c
    )
    {
        int units = h.Length;
        Span<double> n = c.Slice(units, units),
            m = c.Slice(2 * units, units);
        for (int unit = 0; unit < units; unit++)
        {
            double i = input[unit] + recurrent[unit];
            double kept = m[unit] - Math.Log(1 + Math.Exp(-input[units + unit] - recurrent[units + unit]));
            double z = Math.Tanh(input[2 * units + unit] + recurrent[2 * units + unit]);
            double o = Sigmoid(input[3 * units + unit] + recurrent[3 * units + unit]);
            m[unit] = n[unit] > 0 ? Math.Max(kept, i) : i;
            double f = Math.Exp(Math.Min(0, kept - m[unit]));
            i = Math.Exp(i - m[unit]);
            c[unit] = f * c[unit] + i * z;
            n[unit] = f * n[unit] + i;
            h[unit] = o * c[unit] / n[unit];
        }
    }

    public string[] AddStep(IGateNodes gates, IReadOnlyList<string> states)
    {
        string c = states[1],
            n = states[2],
            input = gates.Gate(0),
            zero = gates.Scalar(0);
        // log σ(x) = -softplus(-x).
        string kept = gates.Add("Sub", states[3], gates.Add("Softplus", gates.Add("Neg", gates.Gate(1))));
        string m = gates.Add("Where", gates.Add("Greater", n, zero), gates.Add("Max", kept, input), input);
        string i = gates.Add("Exp", gates.Add("Sub", input, m)),
            f = gates.Add("Exp", gates.Add("Min", gates.Add("Sub", kept, m), zero)),
            iz = gates.Add("Mul", i, gates.Add("Tanh", gates.Gate(2)));
        c = gates.Add("Add", gates.Add("Mul", f, c), iz);
        n = gates.Add("Add", gates.Add("Mul", f, n), i);
        return [gates.Add("Mul", gates.Add("Sigmoid", gates.Gate(3)), gates.Add("Div", c, n)), c, n, m];
    }
}

/// <summary>The step over c n m, with m in powers of two. Over common denominators: two divisions a unit.</summary>
internal readonly unsafe struct SLstmForward : ICellForward
{
    public static int Vectors => 4;

    public static int Gates => 4;

    public static int StateVectors => 3;

    public static float GateScale(int gate) =>
        gate switch
        {
            0 => Activations.ExpScale,
            2 => Activations.TanhScale,
            _ => Activations.SigmoidScale,
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T i, T f, T z, T o, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1),
            n = T.Load(state + gateStride);
        Gate(ref i, ref f, n, state + 2 * gateStride, state + 2 * gateStride);
        T z2 = Activations.Exp2(z);
        T c = T.MultiplyAdd(f, T.Load(state), i * (one - z2) / (one + z2));
        n = T.MultiplyAdd(f, n, i);
        T.Store(c, state);
        T.Store(n, state + gateStride);
        T.Store(c / ((one + Activations.Exp2(o)) * n), output);
    }

    /// <summary>The gates i and f, divided by exp(m'), in place of their pre-activations.</summary>
    /// <param name="i">The pre-activation, replaced by the gate.</param>
    /// <param name="f">Likewise.</param>
    /// <param name="n">n before the step.</param>
    /// <param name="before">m before the step.</param>
    /// <param name="after">m', overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gate<T>(ref T i, ref T f, T n, float* before, float* after)
        where T : unmanaged, ILanes<T>
    {
        T zero = T.Create(0),
            kept = T.Load(before) - Activations.MinusLog2Sigmoid(f);
        T m = i + T.WherePositive(n, T.Max(zero, kept - i));
        T.Store(m, after);
        f = Activations.Exp2(T.Min(zero, kept - m));
        i = Activations.Exp2(i - m);
    }
}

/// <summary>Saves i and f (divided by exp(m)) z o h c n m and 1 - σ(f̃) of each step.</summary>
internal readonly unsafe struct SLstmTraining : ICellTraining
{
    private const int H = 4;
    private const int C = 5;
    private const int N = 6;
    private const int M = 7;
    private const int Forgotten = 8;

    public static int Vectors => 4;

    public static int Gates => 4;

    public static int StateVectors => SLstmForward.StateVectors;

    public static int GateBuffers => 4;

    public static int StateBuffers => 5;

    public static int FirstInputBuffer => 0;

    public static int RecurrentBuffers => 4;

    // c and n.
    public static int IncomingStates => 2;

    public static float GateScale(int gate) => SLstmForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => buffer;

    public static int Accumulator(int buffer) => buffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T i, T f, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T n = T.Load(state + N * gateStride);
        T.Store(T.Create(1) - Activations.Sigmoid(f), output + Forgotten * gateStride);
        SLstmForward.Gate(ref i, ref f, n, state + M * gateStride, output + M * gateStride);
        T z = Activations.Tanh(a2),
            o = Activations.Sigmoid(a3);
        T.Store(i, output);
        T.Store(f, output + gateStride);
        T.Store(z, output + 2 * gateStride);
        T.Store(o, output + 3 * gateStride);
        T c = T.MultiplyAdd(f, T.Load(state + C * gateStride), i * z);
        n = T.MultiplyAdd(f, n, i);
        T.Store(o * c / n, output + H * gateStride);
        T.Store(c, output + C * gateStride);
        T.Store(n, output + N * gateStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T dh, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T i = T.Load(saved),
            f = T.Load(saved + gateStride),
            z = T.Load(saved + 2 * gateStride),
            o = T.Load(saved + 3 * gateStride);
        T inverse = one / T.Load(saved + N * gateStride),
            mean = T.Load(saved + C * gateStride) * inverse,
            dho = dh * o,
            dMean = dho * inverse;
        T dc = dMean + T.Load(incoming),
            dn = T.Load(incoming + gateStride) - dMean * mean;
        T dcf = dc * f,
            dnf = dn * f,
            di = dc * i;
        T.Store(dcf, incoming);
        T.Store(dnf, incoming + gateStride);
        T df = T.MultiplyAdd(dcf, T.Load(before + C * gateStride), dnf * T.Load(before + N * gateStride));
        T.Store(T.MultiplyAdd(di, z, dn * i), saved);
        T.Store(df * T.Load(saved + Forgotten * gateStride), saved + gateStride);
        T.Store(di * (one - z * z), saved + 2 * gateStride);
        T.Store(dho * mean * (one - o), saved + 3 * gateStride);
    }
}
