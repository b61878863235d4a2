using System.Runtime.CompilerServices;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>What a kernel does with a row's four accumulators when all products are in.</summary>
/// <remarks>
/// A panel is four vectors wide: of N units all gates (LSTM, GRU), or 4 N units (one gate). The accumulators are the panel's
/// pre-activations, scaled as <see cref="Activations"/> wants them.
/// </remarks>
internal unsafe interface ICellMath
{
    /// <summary>Vectors of weights per input of a panel: 4, or 3 for GRU.</summary>
    static abstract int Vectors { get; }

    /// <summary>Gates of a unit; the units of a panel are N times vectors of a gate.</summary>
    static abstract int Gates { get; }

    /// <summary>The factor in the weights of a gate, in PyTorch's order.</summary>
    static abstract float GateScale(int gate);

    /// <summary>Makes a row's new state.</summary>
    /// <param name="a0">The first accumulator.</param>
    /// <param name="a1">The second.</param>
    /// <param name="a2">The third; of GRU what the input gives to n.</param>
    /// <param name="a3">The fourth; of GRU what the state gives to n.</param>
    /// <param name="state">LSTM: c, replaced. GRU: h before the step.</param>
    /// <param name="output">h after the step.</param>
    /// <param name="apart">Where several kinds of numbers are written, from one to the next.</param>
    static abstract void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>;

    /// <summary>The same of the first half of a panel, of cells with one gate.</summary>
    static virtual void FinishHalf<T>(T a0, T a1, float* output, nint apart) where T : unmanaged, ILanes<T> =>
        throw new NotSupportedException("A unit's gates stand side by side in a panel: half of it has only half of them.");
}

/// <summary>c = f c + i g, h = o tanh(c). Over common denominators: two divisions a unit, not five.</summary>
internal readonly unsafe struct LstmMath : ICellMath
{
    public static int Vectors => 4;

    public static int Gates => 4;

    public static float GateScale(int gate) => gate == 2 ? Activations.TanhScale : Activations.SigmoidScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T i, T f, T g, T o, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T i1 = one + Activations.Exp2(i), f1 = one + Activations.Exp2(f), g2 = Activations.Exp2(g);
        T ig = i1 * (one + g2);
        // i g = (1 - g2) / ig and f = 1 / f1
        T c = T.MultiplyAdd(T.Load(state), ig, (one - g2) * f1) / (ig * f1);
        T.Store(c, state);
        T c2 = Activations.Exp2(c * T.Create(Activations.TanhScale));
        T.Store((one - c2) / ((one + Activations.Exp2(o)) * (one + c2)), output);
    }
}

/// <summary>n = tanh(nx + r nh), h = (1 - z) n + z h.</summary>
internal readonly unsafe struct GruMath : ICellMath
{
    public static int Vectors => 3;

    public static int Gates => 3;

    public static float GateScale(int gate) => gate == 2 ? Activations.TanhScale : Activations.SigmoidScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T r, T z, T nx, T nh, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        T one = T.Create(1);
        T n2 = Activations.Exp2(T.MultiplyAdd(Activations.Sigmoid(r), nh, nx)), z2 = Activations.Exp2(z);
        T n1 = one + n2;
        // z = 1 / (1 + z2), 1 - z = z2 / (1 + z2) and n = (1 - n2) / n1
        T.Store(T.MultiplyAdd(T.Load(state), n1, z2 * (one - n2)) / ((one + z2) * n1), output);
    }
}

/// <summary>h = tanh(a).</summary>
internal readonly unsafe struct TanhMath : ICellMath
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static float GateScale(int gate) => Activations.TanhScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        FinishHalf(a0, a1, output, apart);
        FinishHalf(a2, a3, output + 2 * T.Count, apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishHalf<T>(T a0, T a1, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        T.Store(Activations.Tanh(a0), output);
        T.Store(Activations.Tanh(a1), output + T.Count);
    }
}

/// <summary>h = max(0, a). Also the hidden layers of the head.</summary>
internal readonly unsafe struct ReluMath : ICellMath
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static float GateScale(int gate) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        FinishHalf(a0, a1, output, apart);
        FinishHalf(a2, a3, output + 2 * T.Count, apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishHalf<T>(T a0, T a1, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        T.Store(T.Max(T.Create(0), a0), output);
        T.Store(T.Max(T.Create(0), a1), output + T.Count);
    }
}

/// <summary>The accumulators as they are: the head's last layer.</summary>
internal readonly unsafe struct LinearMath : ICellMath
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static float GateScale(int gate) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        FinishHalf(a0, a1, output, apart);
        FinishHalf(a2, a3, output + 2 * T.Count, apart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishHalf<T>(T a0, T a1, float* output, nint apart) where T : unmanaged, ILanes<T>
    {
        T.Store(a0, output);
        T.Store(a1, output + T.Count);
    }
}

/// <summary>A cell's accumulators from its input alone, kept for the steps that follow: all steps' inputs go through the weights at once.</summary>
internal readonly unsafe struct InputOf<TMath> : ICellMath where TMath : unmanaged, ICellMath
{
    public static int Vectors => TMath.Vectors;

    public static int Gates => TMath.Gates;

    public static float GateScale(int gate) => TMath.GateScale(gate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint apart) where T : unmanaged, ILanes<T> =>
        LinearMath.Finish(a0, a1, a2, a3, state, output, apart);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FinishHalf<T>(T a0, T a1, float* output, nint apart) where T : unmanaged, ILanes<T> => LinearMath.FinishHalf(a0, a1, output, apart);
}
