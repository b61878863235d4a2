using System.Runtime.CompilerServices;

namespace RnnMlNet.Runtime.Kernels;

/// <summary>A cell's activation of a row's four accumulators, after all products.</summary>
/// <remarks>
/// A panel is four vectors wide: all gates of N units (LSTM, GRU), or 4 N units (one gate). The accumulators are the panel's
/// pre-activations, scaled for <see cref="Activations"/>.
/// </remarks>
internal unsafe interface ICellForward
{
    /// <summary>Vectors of weights per input of a panel: 4, or 3 for GRU.</summary>
    static abstract int Vectors { get; }

    /// <summary>Gates of a unit; a panel has N times the vectors of a gate units.</summary>
    static abstract int Gates { get; }

    /// <summary>The factor of a gate's weights, in PyTorch's order.</summary>
    static abstract float GateScale(int gate);

    /// <summary>Vectors of <c>state</c>: those of a row that an activation reads and replaces beside h; 1 where it only reads h.</summary>
    static virtual int StateVectors => 1;

    /// <summary>P, parameters of each unit beside its gates' weights, and values that the activation computes with.</summary>
    static virtual int UnitParameters => 0;

    /// <summary>Computes the values from the parameters, of some units.</summary>
    /// <param name="parameters">P vectors of the parameters.</param>
    /// <param name="values">P vectors, overwritten.</param>
    /// <param name="stride">Elements from one vector to the next.</param>
    /// <param name="units">H.</param>
    static virtual void ToUnitValues(float* parameters, float* values, nint stride, int units) => throw HasNoUnits();

    /// <summary>Computes a row's new state.</summary>
    /// <param name="a0">The first accumulator.</param>
    /// <param name="a1">The second.</param>
    /// <param name="a2">The third; for GRU the input's product for n.</param>
    /// <param name="a3">The fourth; for GRU the state's product for n.</param>
    /// <param name="state">LSTM: c, replaced; of several states the first. GRU: h before the step.</param>
    /// <param name="output">h after the step.</param>
    /// <param name="gateStride">Elements from one of several states to the next, and, in training, from one vector that is written to the
    /// next.</param>
    static abstract void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T>;

    /// <summary>The same for a cell with parameters of units.</summary>
    /// <param name="a0">The first accumulator.</param>
    /// <param name="a1">The second.</param>
    /// <param name="a2">The third.</param>
    /// <param name="a3">The fourth.</param>
    /// <param name="unit">The first of the units' values; the next ones are <paramref name="gateStride"/> elements apart.</param>
    /// <param name="state">As above.</param>
    /// <param name="output">As above.</param>
    /// <param name="gateStride">As above.</param>
    static virtual void Activate<T>(T a0, T a1, T a2, T a3, float* unit, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => throw HasNoUnits();

    /// <summary>The same for the first half of a panel, for cells with one gate.</summary>
    static virtual void ActivateHalf<T>(T a0, T a1, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> =>
        throw new NotSupportedException("A unit's gates stand side by side in a panel: half of it has only half of them.");

    /// <summary>The error where a cell without parameters of units is used as one with them.</summary>
    protected static NotSupportedException HasNoUnits() => new("The cell has no parameters of units.");
}

/// <summary>h = max(0, a). Also used for the hidden layers of the head.</summary>
internal readonly unsafe struct RectifiedForward : ICellForward
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static float GateScale(int gate) => 1;

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
        T.Store(T.Max(T.Create(0), a0), output);
        T.Store(T.Max(T.Create(0), a1), output + T.Count);
    }
}

/// <summary>The accumulators unchanged: the head's last layer.</summary>
internal readonly unsafe struct LinearForward : ICellForward
{
    public static int Vectors => 4;

    public static int Gates => 1;

    public static float GateScale(int gate) => 1;

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
        T.Store(a0, output);
        T.Store(a1, output + T.Count);
    }
}

/// <summary>
/// A cell's accumulators from its input alone, stored for the steps that follow: all steps' inputs are multiplied by the weights at once.
/// </summary>
internal readonly unsafe struct InputOf<TForward> : ICellForward
    where TForward : unmanaged, ICellForward
{
    public static int Vectors => TForward.Vectors;

    public static int Gates => TForward.Gates;

    public static float GateScale(int gate) => TForward.GateScale(gate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Activate<T>(T a0, T a1, T a2, T a3, float* state, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => LinearForward.Activate(a0, a1, a2, a3, state, output, gateStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ActivateHalf<T>(T a0, T a1, float* output, nint gateStride)
        where T : unmanaged, ILanes<T> => LinearForward.ActivateHalf(a0, a1, output, gateStride);
}
