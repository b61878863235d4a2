using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; with the forget gate of Gers, Schmidhuber and
/// Cummins, 2000), as in PyTorch's <c>nn.LSTM</c>. Gates i f g o: <c>i, f, o = σ(W_i* x + b_i* + W_h* h + b_h*)</c>, <c>g = tanh(W_ig x +
/// b_ig + W_hg h + b_hg)</c>, <c>c' = f c + i g</c>, <c>h' = o tanh(c')</c>.
/// </summary>
internal sealed class Lstm() : Cell<LstmForward, LstmTraining>(CellKind.Lstm)
{
    public override IReadOnlyList<FirstState> FirstStates { get; } = [FirstState.Learnt, FirstState.Learnt];

    public override int? ForgetGate => 1;

    // ONNX's i o f c are PyTorch's i o f g.
    public override OnnxCell Onnx { get; } = new("LSTM", [0, 3, 1, 2]);

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
            double i = Sigmoid(input[unit] + recurrent[unit]);
            double f = Sigmoid(input[units + unit] + recurrent[units + unit]);
            double g = Math.Tanh(input[2 * units + unit] + recurrent[2 * units + unit]);
            double o = Sigmoid(input[3 * units + unit] + recurrent[3 * units + unit]);
            c[unit] = f * c[unit] + i * g;
            h[unit] = o * Math.Tanh(c[unit]);
        }
    }
}

/// <summary>c' = f c + i g, h' = o tanh(c'). Over common denominators: two divisions a unit, not five.</summary>
internal readonly unsafe struct LstmForward : ICellForward
{
    public static int Vectors => 4;

    public static int Gates => 4;

    public static float GateScale(int gate) => gate == 2 ? Activations.TanhScale : Activations.SigmoidScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T i, T f, T g, T o, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T i1 = one + Activations.Exp2(i),
            f1 = one + Activations.Exp2(f),
            g2 = Activations.Exp2(g);
        T ig = i1 * (one + g2);
        // i g = (1 - g2) / ig and f = 1 / f1
        T c = T.MultiplyAdd(T.Load(state), ig, (one - g2) * f1) / (ig * f1);
        T.Store(c, state);
        T c2 = Activations.Exp2(c * T.Create(Activations.TanhScale));
        T.Store((one - c2) / ((one + Activations.Exp2(o)) * (one + c2)), output);
    }
}

/// <summary>Saves i f g o h c tanh(c) of each step.</summary>
internal readonly unsafe struct LstmTraining : ICellTraining
{
    private const int H = 4;
    private const int C = 5;
    private const int TanhC = 6;

    public static int Vectors => 4;

    public static int Gates => 4;

    public static int GateBuffers => 4;

    public static int StateBuffers => 3;

    public static int FirstInputBuffer => 0;

    public static int RecurrentBuffers => 4;

    public static float GateScale(int gate) => LstmForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => buffer;

    public static int Accumulator(int buffer) => buffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T i = Activations.Sigmoid(a0),
            f = Activations.Sigmoid(a1),
            g = Activations.Tanh(a2),
            o = Activations.Sigmoid(a3);
        T.Store(i, output);
        T.Store(f, output + gateStride);
        T.Store(g, output + 2 * gateStride);
        T.Store(o, output + 3 * gateStride);
        T c = T.MultiplyAdd(f, T.Load(state + C * gateStride), i * g);
        T t = Activations.Tanh(c * T.Create(Activations.TanhScale));
        T.Store(o * t, output + H * gateStride);
        T.Store(c, output + C * gateStride);
        T.Store(t, output + TanhC * gateStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T dh, float* saved, float* before, float* dc, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T i = T.Load(saved),
            f = T.Load(saved + gateStride),
            g = T.Load(saved + 2 * gateStride),
            o = T.Load(saved + 3 * gateStride);
        T t = T.Load(saved + TanhC * gateStride),
            dho = dh * o;
        T dc1 = T.MultiplyAdd(dho, one - t * t, T.Load(dc)),
            dcf = dc1 * f,
            di = dc1 * i;
        T.Store(dcf, dc);
        T.Store(di * g * (one - i), saved);
        T.Store(dcf * T.Load(before + C * gateStride) * (one - f), saved + gateStride);
        T.Store(di * (one - g * g), saved + 2 * gateStride);
        T.Store(dho * t * (one - o), saved + 3 * gateStride);
    }
}
