using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// Gated recurrent unit (Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", 2014), as in PyTorch's <c>nn.GRU</c>,
/// whose reset gate is applied after the state's map. Gates r z n: <c>r = σ(W_ir x + b_ir + W_hr h + b_hr)</c>, <c>z = σ(W_iz x + b_iz +
/// W_hz h + b_hz)</c>, <c>n = tanh(W_in x + b_in + r (W_hn h + b_hn))</c>, <c>h' = (1 - z) n + z h</c>.
/// </summary>
internal sealed class Gru() : Cell<GruForward, GruTraining>(CellKind.Gru)
{
    // ONNX's z r h are PyTorch's z r n.
    public override OnnxCell Onnx { get; } = new("GRU", [1, 0, 2], LinearBeforeReset: true);

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
            double r = Sigmoid(input[unit] + recurrent[unit]);
            double z = Sigmoid(input[units + unit] + recurrent[units + unit]);
            double n = Math.Tanh(input[2 * units + unit] + r * recurrent[2 * units + unit]);
            h[unit] = (1 - z) * n + z * h[unit];
        }
    }
}

/// <summary>n = tanh(nx + r nh), h' = (1 - z) n + z h.</summary>
internal readonly unsafe struct GruForward : ICellForward
{
    public static int Vectors => 3;

    public static int Gates => 3;

    public static float GateScale(int gate) => gate == 2 ? Activations.TanhScale : Activations.SigmoidScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T r, T z, T nx, T nh, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T n2 = Activations.Exp2(T.MultiplyAdd(Activations.Sigmoid(r), nh, nx)),
            z2 = Activations.Exp2(z);
        T n1 = one + n2;
        // z = 1 / (1 + z2), 1 - z = z2 / (1 + z2) and n = (1 - n2) / n1
        T.Store(T.MultiplyAdd(T.Load(state), n1, z2 * (one - n2)) / ((one + z2) * n1), output);
    }
}

/// <summary>Saves nh (scaled as the weights are) r z n h of each step.</summary>
internal readonly unsafe struct GruTraining : ICellTraining
{
    private const int H = 4;

    public static int Vectors => 3;

    public static int Gates => 3;

    public static int GateBuffers => 4;

    public static int StateBuffers => 1;

    public static int FirstInputBuffer => 1;

    public static int RecurrentBuffers => 3;

    public static float GateScale(int gate) => GruForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => (buffer + 2) % 3;

    // A tile's accumulators: r, z, n's product with the input, n's product with the state.
    public static int Accumulator(int buffer) => (buffer + 3) % 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T nx, T nh, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T r = Activations.Sigmoid(a0),
            z = Activations.Sigmoid(a1),
            n = Activations.Tanh(T.MultiplyAdd(r, nh, nx));
        T.Store(nh, output);
        T.Store(r, output + gateStride);
        T.Store(z, output + 2 * gateStride);
        T.Store(n, output + 3 * gateStride);
        T.Store(T.MultiplyAdd(z, T.Load(state + H * gateStride) - n, n), output + H * gateStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T gradient, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1),
            dh = gradient + T.Load(incoming);
        T nh = T.Load(saved) * T.Create(1 / Activations.TanhScale),
            r = T.Load(saved + gateStride);
        T z = T.Load(saved + 2 * gateStride),
            n = T.Load(saved + 3 * gateStride);
        T dhz = dh * z;
        T.Store(dhz, incoming);
        T dn = (dh - dhz) * (one - n * n),
            dnh = dn * r;
        T.Store(dnh, saved);
        T.Store(dnh * nh * (one - r), saved + gateStride);
        T.Store(dhz * (T.Load(before + H * gateStride) - n) * (one - z), saved + 2 * gateStride);
        T.Store(dn, saved + 3 * gateStride);
    }
}
