using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// The simple recurrent network (Elman, "Finding Structure in Time", 1990), as in PyTorch's <c>nn.RNN</c>: <c>h' = tanh(W_ih x + b_ih +
/// W_hh h + b_hh)</c>.
/// </summary>
internal sealed class Elman() : Cell<ElmanForward, ElmanTraining>(CellKind.Elman)
{
    public override OnnxCell Onnx { get; } = new("RNN", [0], Activation: "Tanh");

    public override void Step(
        ReadOnlySpan<double> input,
        ReadOnlySpan<double> recurrent,
        ReadOnlySpan<double> parameters,
        Span<double> h,
        Span<double> c
    )
    {
        for (int unit = 0; unit < h.Length; unit++)
            h[unit] = Math.Tanh(input[unit] + recurrent[unit]);
    }
}

/// <summary>h' = tanh(a).</summary>
internal readonly unsafe struct ElmanForward : ICellForward
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static float GateScale(int gate) => Activations.TanhScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        ActivateHalf(a0, a1, output, gateStride);
        ActivateHalf(a2, a3, output + 2 * T.Count, gateStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateHalf<T>(T a0, T a1, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T.Store(Activations.Tanh(a0), output);
        T.Store(Activations.Tanh(a1), output + T.Count);
    }
}

/// <summary>Saves h and da, the pre-activation's gradient, of each step.</summary>
internal readonly unsafe struct ElmanTraining : ICellTraining
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static int GateBuffers => 1;

    public static int StateBuffers => 1;

    public static int FirstInputBuffer => 0;

    public static int RecurrentBuffers => 1;

    public static float GateScale(int gate) => ElmanForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => buffer;

    public static int Accumulator(int buffer) => buffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => ElmanForward.Activate(a0, a1, a2, a3, state, output + gateStride, gateStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateHalf<T>(T a0, T a1, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => ElmanForward.ActivateHalf(a0, a1, output + gateStride, gateStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T dh, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T h = T.Load(saved + gateStride);
        T.Store(dh * (T.Create(1) - h * h), saved);
    }
}
