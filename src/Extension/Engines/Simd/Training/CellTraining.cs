using System.Runtime.CompilerServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>A cell's equations for one vector of units: forwards (<see cref="ICellMath.Finish"/>), keeping what the way back needs, and backwards.</summary>
/// <remarks>
/// Of each step a row keeps a record: some slots of W numbers each (W: the units, padded), then h, and of an LSTM c and tanh(c). Forwards the slots
/// are filled with what the derivatives are made of; backwards they are replaced by the gradients of the pre-activations, in such an order that those
/// that came of the input, and those that came of the state, each stand together.
/// </remarks>
internal unsafe interface ICellTraining : ICellMath
{
    /// <summary>Slots of a record: LSTM i f g o; GRU n's part of the state, r z n; Elman one.</summary>
    static abstract int Slots { get; }

    /// <summary>What follows them in a record: h, and of an LSTM c and tanh(c).</summary>
    static abstract int States { get; }

    /// <summary>The first slot that the input's weights lead to; they go to the last.</summary>
    static abstract int FirstInputSlot { get; }

    /// <summary>Slots that the state's weights lead to, from the first.</summary>
    static abstract int StateSlots { get; }

    /// <summary>PyTorch's gate of a slot of the state's weights. Of the input's weights, slots stand in PyTorch's order.</summary>
    static abstract int StateGate(int slot);

    /// <summary>The accumulator (of a tile's four) that a slot of the input's or the state's weights adds to; one-gate cells have four vectors of units instead.</summary>
    static abstract int Accumulator(int slot);

    /// <summary>From the gradient of h to those of the sums, of the step before's c (LSTM) and h, as far as h does not go through weights (GRU).</summary>
    /// <param name="gradient">Of h.</param>
    /// <param name="record">The step's record; its slots are replaced.</param>
    /// <param name="before">That of the step before.</param>
    /// <param name="carry">LSTM: gradient of c that comes from the step after, replaced by that for the step before. GRU: the same of h.</param>
    /// <param name="apart">W, numbers from slot to slot.</param>
    static abstract void Retreat<T>(T gradient, float* record, float* before, float* carry, nint apart) where T : unmanaged, ILanes<T>;
}

/// <summary>c = f c + i g, h = o tanh(c). A record: i f g o h c tanh(c).</summary>
internal readonly unsafe struct LstmTraining : ICellTraining
{
    private const int H = 4;
    private const int C = 5;
    private const int TanhC = 6;

    public static int Vectors => 4;

    public static int Gates => 4;

    public static int Slots => 4;

    public static int States => 3;

    public static int FirstInputSlot => 0;

    public static int StateSlots => 4;

    public static float GateScale(int gate) => LstmMath.GateScale(gate);

    public static int StateGate(int slot) => slot;

    public static int Accumulator(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        T i = Activations.Sigmoid(a0), f = Activations.Sigmoid(a1), g = Activations.Tanh(a2), o = Activations.Sigmoid(a3);
        T.Store(i, output);
        T.Store(f, output + apart);
        T.Store(g, output + 2 * apart);
        T.Store(o, output + 3 * apart);
        T c = T.MultiplyAdd(f, T.Load(state + C * apart), i * g);
        T t = Activations.Tanh(c * T.Create(Activations.TanhScale));
        T.Store(o * t, output + H * apart);
        T.Store(c, output + C * apart);
        T.Store(t, output + TanhC * apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T dh, float* record, float* before, float* carry, nint apart) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T i = T.Load(record), f = T.Load(record + apart), g = T.Load(record + 2 * apart), o = T.Load(record + 3 * apart);
        T t = T.Load(record + TanhC * apart), dho = dh * o;
        T dc = T.MultiplyAdd(dho, one - t * t, T.Load(carry)), dcf = dc * f, di = dc * i;
        T.Store(dcf, carry);
        T.Store(di * g * (one - i), record);
        T.Store(dcf * T.Load(before + C * apart) * (one - f), record + apart);
        T.Store(di * (one - g * g), record + 2 * apart);
        T.Store(dho * t * (one - o), record + 3 * apart);
    }
}

/// <summary>n = tanh(nx + r nh), h = (1 - z) n + z h. A record: nh (scaled as the weights are) r z n h.</summary>
internal readonly unsafe struct GruTraining : ICellTraining
{
    private const int H = 4;

    public static int Vectors => 3;

    public static int Gates => 3;

    public static int Slots => 4;

    public static int States => 1;

    public static int FirstInputSlot => 1;

    public static int StateSlots => 3;

    public static float GateScale(int gate) => GruMath.GateScale(gate);

    public static int StateGate(int slot) => (slot + 2) % 3;

    // A tile's accumulators: r, z, n's part of the input, n's part of the state.
    public static int Accumulator(int slot) => (slot + 3) % 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T nx, T nh, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        T r = Activations.Sigmoid(a0), z = Activations.Sigmoid(a1), n = Activations.Tanh(T.MultiplyAdd(r, nh, nx));
        T.Store(nh, output);
        T.Store(r, output + apart);
        T.Store(z, output + 2 * apart);
        T.Store(n, output + 3 * apart);
        T.Store(T.MultiplyAdd(z, T.Load(state + H * apart) - n, n), output + H * apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T gradient, float* record, float* before, float* carry, nint apart) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1), dh = gradient + T.Load(carry);
        T nh = T.Load(record) * T.Create(1 / Activations.TanhScale), r = T.Load(record + apart), z = T.Load(record + 2 * apart), n = T.Load(record + 3 * apart);
        T dhz = dh * z;
        T.Store(dhz, carry);
        T dn = (dh - dhz) * (one - n * n), dnh = dn * r;
        T.Store(dnh, record);
        T.Store(dnh * nh * (one - r), record + apart);
        T.Store(dhz * (T.Load(before + H * apart) - n) * (one - z), record + 2 * apart);
        T.Store(dn, record + 3 * apart);
    }
}

/// <summary>h = tanh(a). A record: the gradient of a, h.</summary>
internal readonly unsafe struct TanhTraining : ICellTraining
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static int Slots => 1;

    public static int States => 1;

    public static int FirstInputSlot => 0;

    public static int StateSlots => 1;

    public static float GateScale(int gate) => TanhMath.GateScale(gate);

    public static int StateGate(int slot) => slot;

    public static int Accumulator(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T> =>
        TanhMath.Finish(a0, a1, a2, a3, state, output + apart, apart);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishHalf<T>(T a0, T a1, float* output, nint apart) where T : unmanaged, ILanes<T> => TanhMath.FinishHalf(a0, a1, output + apart, apart);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T gradient, float* record, float* before, float* carry, nint apart) where T : unmanaged, ILanes<T>
    {
        T h = T.Load(record + apart);
        T.Store(gradient * (T.Create(1) - h * h), record);
    }
}

/// <summary>h = max(0, a). A record: the gradient of a, h.</summary>
internal readonly unsafe struct ReluTraining : ICellTraining
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static int Slots => 1;

    public static int States => 1;

    public static int FirstInputSlot => 0;

    public static int StateSlots => 1;

    public static float GateScale(int gate) => ReluMath.GateScale(gate);

    public static int StateGate(int slot) => slot;

    public static int Accumulator(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T> =>
        ReluMath.Finish(a0, a1, a2, a3, state, output + apart, apart);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishHalf<T>(T a0, T a1, float* output, nint apart) where T : unmanaged, ILanes<T> => ReluMath.FinishHalf(a0, a1, output + apart, apart);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T gradient, float* record, float* before, float* carry, nint apart) where T : unmanaged, ILanes<T> =>
        T.Store(T.WherePositive(T.Load(record + apart), gradient), record);
}
