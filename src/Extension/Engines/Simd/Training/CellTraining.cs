using System.Runtime.CompilerServices;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>A cell's equations for one vector of units, forwards with what the way back needs, and backwards.</summary>
/// <remarks>
/// At each step a row keeps some slots of W numbers each (W: the units, in whole vectors). Forwards they are filled with what the derivatives are
/// made of; backwards they are replaced by the gradients of the pre-activations, in such an order that those that came of the input, and those
/// that came of the state, each stand together.
/// </remarks>
internal unsafe interface ICellTraining
{
    /// <summary>Slots of a row: LSTM i f g o; GRU n's part of the state, r z n; Elman one.</summary>
    static abstract int Slots { get; }

    /// <summary>The first slot that the input's weights lead to; they go to the last.</summary>
    static abstract int FirstInputSlot { get; }

    /// <summary>Slots that the state's weights lead to, from the first.</summary>
    static abstract int StateSlots { get; }

    /// <summary>PyTorch's gate of a slot of the state's weights. Of the input's weights, slots stand in PyTorch's order.</summary>
    static abstract int StateGate(int slot);

    /// <summary>The accumulator (of a tile's four) that a slot of the input's or the state's weights adds to; one-gate cells have four vectors of units instead.</summary>
    static abstract int Accumulator(int slot);

    /// <summary>Makes the state from the sums of one vector of units, the first of which is number <c>unit</c>.</summary>
    static abstract void Advance<T>(float* sums, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T>;

    /// <summary>From the gradient of h to those of the sums, of the step before's c (LSTM) and h, as far as h does not go through weights (GRU).</summary>
    static abstract void Retreat<T>(T gradient, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T>;
}

/// <summary>Where one row's numbers at one step stand, the first unit's.</summary>
internal unsafe struct RowPlaces
{
    /// <summary>The first slot.</summary>
    public float* Slots;

    /// <summary>W, numbers to the next slot.</summary>
    public nint SlotStride;

    /// <summary>h of the step before.</summary>
    public float* Before;

    /// <summary>h.</summary>
    public float* Hidden;

    /// <summary>LSTM: c of the step before.</summary>
    public float* CellBefore;

    /// <summary>LSTM: c.</summary>
    public float* Cell;

    /// <summary>LSTM: tanh(c).</summary>
    public float* CellTanh;

    /// <summary>LSTM: gradient of c that comes from the step after, replaced by that for the step before. GRU: the same of h.</summary>
    public float* Carry;
}

/// <summary>c = f c + i g, h = o tanh(c).</summary>
internal readonly unsafe struct LstmTraining : ICellTraining
{
    public static int Slots => 4;

    public static int FirstInputSlot => 0;

    public static int StateSlots => 4;

    public static int StateGate(int slot) => slot;

    public static int Accumulator(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<T>(float* sums, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T>
    {
        T sigmoid = T.Create(Activations.SigmoidScale), tanh = T.Create(Activations.TanhScale);
        T i = Activations.Sigmoid(T.Load(sums) * sigmoid);
        T f = Activations.Sigmoid(T.Load(sums + T.Count) * sigmoid);
        T g = Activations.Tanh(T.Load(sums + 2 * T.Count) * tanh);
        T o = Activations.Sigmoid(T.Load(sums + 3 * T.Count) * sigmoid);
        T.Store(i, at.Slots + unit);
        T.Store(f, at.Slots + at.SlotStride + unit);
        T.Store(g, at.Slots + 2 * at.SlotStride + unit);
        T.Store(o, at.Slots + 3 * at.SlotStride + unit);
        T c = T.MultiplyAdd(f, T.Load(at.CellBefore + unit), i * g);
        T.Store(c, at.Cell + unit);
        T t = Activations.Tanh(c * tanh);
        T.Store(t, at.CellTanh + unit);
        T.Store(o * t, at.Hidden + unit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T dh, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T i = T.Load(at.Slots + unit), f = T.Load(at.Slots + at.SlotStride + unit), g = T.Load(at.Slots + 2 * at.SlotStride + unit), o = T.Load(at.Slots + 3 * at.SlotStride + unit);
        T t = T.Load(at.CellTanh + unit), dho = dh * o;
        T dc = T.MultiplyAdd(dho, one - t * t, T.Load(at.Carry + unit));
        T.Store(dc * f, at.Carry + unit);
        T di = dc * i;
        T.Store(di * g * (one - i), at.Slots + unit);
        T.Store(dc * T.Load(at.CellBefore + unit) * f * (one - f), at.Slots + at.SlotStride + unit);
        T.Store(di * (one - g * g), at.Slots + 2 * at.SlotStride + unit);
        T.Store(dho * t * (one - o), at.Slots + 3 * at.SlotStride + unit);
    }
}

/// <summary>n = tanh(nx + r nh), h = (1 - z) n + z h. Slots: nh r z n.</summary>
internal readonly unsafe struct GruTraining : ICellTraining
{
    public static int Slots => 4;

    public static int FirstInputSlot => 1;

    public static int StateSlots => 3;

    public static int StateGate(int slot) => (slot + 2) % 3;

    // A tile's accumulators: r, z, n's part of the input, n's part of the state.
    public static int Accumulator(int slot) => (slot + 3) % 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<T>(float* sums, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T>
    {
        T sigmoid = T.Create(Activations.SigmoidScale), nh = T.Load(sums + 3 * T.Count);
        T r = Activations.Sigmoid(T.Load(sums) * sigmoid);
        T z = Activations.Sigmoid(T.Load(sums + T.Count) * sigmoid);
        T n = Activations.Tanh(T.MultiplyAdd(r, nh, T.Load(sums + 2 * T.Count)) * T.Create(Activations.TanhScale));
        T.Store(nh, at.Slots + unit);
        T.Store(r, at.Slots + at.SlotStride + unit);
        T.Store(z, at.Slots + 2 * at.SlotStride + unit);
        T.Store(n, at.Slots + 3 * at.SlotStride + unit);
        T.Store(T.MultiplyAdd(z, T.Load(at.Before + unit) - n, n), at.Hidden + unit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T gradient, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1), dh = gradient + T.Load(at.Carry + unit);
        T nh = T.Load(at.Slots + unit), r = T.Load(at.Slots + at.SlotStride + unit), z = T.Load(at.Slots + 2 * at.SlotStride + unit), n = T.Load(at.Slots + 3 * at.SlotStride + unit);
        T.Store(dh * z, at.Carry + unit);
        T dn = dh * (one - z) * (one - n * n), dnh = dn * r;
        T.Store(dnh, at.Slots + unit);
        T.Store(dnh * nh * (one - r), at.Slots + at.SlotStride + unit);
        T.Store(dh * (T.Load(at.Before + unit) - n) * z * (one - z), at.Slots + 2 * at.SlotStride + unit);
        T.Store(dn, at.Slots + 3 * at.SlotStride + unit);
    }
}

/// <summary>h = tanh(a).</summary>
internal readonly unsafe struct TanhTraining : ICellTraining
{
    public static int Slots => 1;

    public static int FirstInputSlot => 0;

    public static int StateSlots => 1;

    public static int StateGate(int slot) => slot;

    public static int Accumulator(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<T>(float* sums, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T> =>
        T.Store(Activations.Tanh(T.Load(sums) * T.Create(Activations.TanhScale)), at.Hidden + unit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T gradient, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T>
    {
        T h = T.Load(at.Hidden + unit);
        T.Store(gradient * (T.Create(1) - h * h), at.Slots + unit);
    }
}

/// <summary>h = max(0, a).</summary>
internal readonly unsafe struct ReluTraining : ICellTraining
{
    public static int Slots => 1;

    public static int FirstInputSlot => 0;

    public static int StateSlots => 1;

    public static int StateGate(int slot) => slot;

    public static int Accumulator(int slot) => slot;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Advance<T>(float* sums, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T> => T.Store(T.Max(T.Create(0), T.Load(sums)), at.Hidden + unit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Retreat<T>(T gradient, in RowPlaces at, nint unit) where T : unmanaged, ILanes<T> => T.Store(T.WherePositive(T.Load(at.Hidden + unit), gradient), at.Slots + unit);
}
