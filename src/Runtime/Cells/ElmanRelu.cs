using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// The simple recurrent network with a rectifier (Le, Jaitly and Hinton, "A Simple Way to Initialize Recurrent Networks of Rectified Linear
/// Units", 2015), as in PyTorch's <c>nn.RNN</c> with <c>nonlinearity='relu'</c>: <c>h' = max(0, W_ih x + b_ih + W_hh h + b_hh)</c>.
/// </summary>
internal sealed class ElmanRelu() : Cell<RectifiedForward, ElmanReluTraining>(CellKind.ElmanRelu)
{
    public override OnnxCell Onnx { get; } = new("RNN", [0], Activation: "Relu");

    public override void Step(
        ReadOnlySpan<double> input,
        ReadOnlySpan<double> recurrent,
        ReadOnlySpan<double> parameters,
        Span<double> h,
        Span<double> c
    )
    {
        for (int unit = 0; unit < h.Length; unit++)
            h[unit] = Math.Max(0, input[unit] + recurrent[unit]);
    }
}

/// <summary>Saves h and da, the pre-activation's gradient, of each step.</summary>
internal readonly unsafe struct ElmanReluTraining : ICellTraining
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static int GateBuffers => 1;

    public static int StateBuffers => 1;

    public static int FirstInputBuffer => 0;

    public static int RecurrentBuffers => 1;

    public static float GateScale(int gate) => RectifiedForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => buffer;

    public static int Accumulator(int buffer) => buffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => RectifiedForward.Activate(a0, a1, a2, a3, state, output + gateStride, gateStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateHalf<T>(T a0, T a1, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => RectifiedForward.ActivateHalf(a0, a1, output + gateStride, gateStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T dh, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T> => T.Store(T.WherePositive(T.Load(saved + gateStride), dh), saved);
}
