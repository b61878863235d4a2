using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Cells;

/// <summary>
/// Minimal gated recurrent unit (Feng et al., "Were RNNs All We Needed?", 2024, section 3.1): a GRU whose gates do not depend on the hidden
/// state, without reset gate and tanh. Gates z h̃: <c>z = σ(W_z x + b_z)</c>, <c>h̃ = W_h x + b_h</c>, <c>h' = (1 - z) h + z h̃</c>.
/// </summary>
internal sealed class MinGru() : Cell<MinGruForward, MinGruTraining>(CellKind.MinGru)
{
    public override bool HasRecurrentWeights => false;

    public override string AddUpdateGate(IGateNodes gates) => gates.Gate(0);

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
            double z = Sigmoid(input[unit]);
            h[unit] = (1 - z) * h[unit] + z * input[units + unit];
        }
    }
}

/// <summary>h' = h + z (h̃ - h), two vectors of units at once.</summary>
internal readonly unsafe struct MinGruForward : ICellForward
{
    public static int Vectors => 4;

    public static int Gates => 2;

    public static float GateScale(int gate) => gate == 0 ? Activations.SigmoidScale : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T z0, T z1, T candidate0, T candidate1, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T h0 = T.Load(state),
            h1 = T.Load(state + T.Count);
        T.Store(T.MultiplyAdd(Activations.Sigmoid(z0), candidate0 - h0, h0), output);
        T.Store(T.MultiplyAdd(Activations.Sigmoid(z1), candidate1 - h1, h1), output + T.Count);
    }
}

/// <summary>Saves z h̃ h of each step.</summary>
internal readonly unsafe struct MinGruTraining : ICellTraining
{
    private const int H = 2;

    public static int Vectors => 4;

    public static int Gates => 2;

    public static int GateBuffers => 2;

    public static int StateBuffers => 1;

    public static int FirstInputBuffer => 0;

    public static int RecurrentBuffers => 0;

    public static float GateScale(int gate) => MinGruForward.GateScale(gate);

    public static int RecurrentGate(int buffer) => buffer;

    // Two vectors of units of each gate.
    public static int Accumulator(int buffer) => 2 * buffer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T candidate0, T candidate1, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        Unit(a0, candidate0, state, output, gateStride);
        Unit(a1, candidate1, state + T.Count, output + T.Count, gateStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unit<T>(T a, T candidate, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T z = Activations.Sigmoid(a),
            h = T.Load(state + H * gateStride);
        T.Store(z, output);
        T.Store(candidate, output + gateStride);
        T.Store(T.MultiplyAdd(z, candidate - h, h), output + H * gateStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<T>(T gradient, float* saved, float* before, float* incoming, nint gateStride)
        where T : unmanaged, ILanes<T>
    {
        T dh = gradient + T.Load(incoming),
            z = T.Load(saved);
        T dCandidate = dh * z,
            dBefore = dh - dCandidate;
        T.Store(dBefore, incoming);
        T.Store(dBefore * z * (T.Load(saved + gateStride) - T.Load(before + H * gateStride)), saved);
        T.Store(dCandidate, saved + gateStride);
    }
}
