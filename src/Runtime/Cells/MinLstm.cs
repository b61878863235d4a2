using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// Minimal long short-term memory (Feng et al., "Were RNNs All We Needed?", 2024, section 3.2): an LSTM whose gates do not depend on the
/// hidden state, normalised to the sum 1, without output gate and tanh. Gates f i h̃: <c>f = σ(W_f x + b_f)</c>,
/// <c>i = σ(W_i x + b_i)</c>, <c>h̃ = W_h x + b_h</c>, <c>h' = f/(f + i) h + i/(f + i) h̃</c>.
/// </summary>
internal sealed class MinLstm() : Cell<MinLstmForward, MinLstmTraining>(CellKind.MinLstm)
{
    public override bool HasRecurrentWeights => false;

    public override int? ForgetGate => 0;

    // i/(f + i) is the sigmoid of log i - log f, and log σ(x) = -softplus(-x).
    public override string AddUpdateGate(IGateNodes gates)
    {
        string forget = gates.Add("Softplus", gates.Add("Neg", gates.Gate(0))),
            input = gates.Add("Softplus", gates.Add("Neg", gates.Gate(1)));
        return gates.Add("Sub", forget, input);
    }

    public override void Step(
        ReadOnlySpan<double> input,
        ReadOnlySpan<double> recurrent,
        ReadOnlySpan<double> parameters,
        Span<double> h,
        Span<double> c
    )
    {
        int units = h.Length;
        for (int unit = 0; unit < units; unit++)
        {
            double f = Sigmoid(input[unit]);
            double i = Sigmoid(input[units + unit]);
            h[unit] = (f * h[unit] + i * input[2 * units + unit]) / (f + i);
        }
    }
}

/// <summary>h' = h̃ + f' (h - h̃) with f' = f/(f + i), over common denominators: one division a unit.</summary>
internal readonly unsafe struct MinLstmForward : ICellForward
{
    public static int Vectors => 3;

    public static int Gates => 3;

    public static float GateScale(int gate) => gate == 2 ? 1 : Activations.SigmoidScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T f, T i, T candidate, T unused, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T f1 = one + Activations.ComparableExp2(f),
            i1 = one + Activations.ComparableExp2(i);
        // f = 1 / f1 and i = 1 / i1
        T.Store(T.MultiplyAdd(i1 / (f1 + i1), T.Load(state) - candidate, candidate), output);
    }
}

/// <summary>Saves f i h̃ h of each step.</summary>
internal readonly unsafe struct MinLstmTraining : ICellTraining
{
    private const int H = 3;

    public static int Vectors => 3;

    public static int Gates => 3;

    public static int GateBuffers => 3;

    public static int StateBuffers => 1;

    public static int FirstInputBuffer => 0;

    public static int RecurrentBuffers => 0;

    public static float GateScale(int gate) => MinLstmForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => buffer;

    public static int Accumulator(int buffer) => buffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T candidate, T unused, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T f = one / (one + Activations.ComparableExp2(a0)),
            i = one / (one + Activations.ComparableExp2(a1));
        T.Store(f, output);
        T.Store(i, output + gateStride);
        T.Store(candidate, output + 2 * gateStride);
        T.Store(T.MultiplyAdd(f / (f + i), T.Load(state + H * gateStride) - candidate, candidate), output + H * gateStride);
    }

    // With f' = f/(f + i) and i' = 1 - f': df'/df = i'/(f + i) and df'/di = -f'/(f + i).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T gradient, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1),
            dh = gradient + T.Load(incoming);
        T f = T.Load(saved),
            i = T.Load(saved + gateStride),
            share = f / (f + i);
        T dBefore = dh * share,
            dCandidate = dh - dBefore;
        // f/(f + i) = f', and so for i: what is left of df (1 - f) f is f' i' (1 - f).
        T dShare = dBefore * (one - share) * (T.Load(before + H * gateStride) - T.Load(saved + 2 * gateStride));
        T.Store(dBefore, incoming);
        T.Store(dShare * (one - f), saved);
        T.Store(dShare * (i - one), saved + gateStride);
        T.Store(dCandidate, saved + 2 * gateStride);
    }
}
