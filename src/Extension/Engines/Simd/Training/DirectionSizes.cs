namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Memory layout of one direction of a layer: its weights (transposed, buffer after buffer, padded to whole vectors) and its rows'
/// activations.
/// </summary>
/// <param name="InputSize">I, width of an input.</param>
/// <param name="Units">H.</param>
/// <param name="Width">W, the units in whole vectors (for a cell with one gate or two in pairs of them); elements beyond H stay 0.</param>
/// <param name="GateBuffers">Gate buffers of a row at a step.</param>
/// <param name="States">Number of states after the gate buffers, h first.</param>
/// <param name="FirstInputBuffer">First gate buffer that the input contributes to.</param>
/// <param name="RecurrentBuffers">Number of gate buffers that the state contributes to, from the first.</param>
/// <param name="IncomingStates">Number of state vectors whose gradients pass from step to step beside the weights.</param>
/// <param name="UnitParameters">P, parameters of each unit beside its gates' weights.</param>
internal readonly record struct DirectionSizes(
    int InputSize,
    int Units,
    int Width,
    int GateBuffers,
    int States,
    int FirstInputBuffer,
    int RecurrentBuffers,
    int IncomingStates,
    int UnitParameters
)
{
    /// <summary>Columns of the input's weights, [I, columns], and of their bias.</summary>
    public int InputColumns => (GateBuffers - FirstInputBuffer) * Width;

    /// <summary>Columns of the state's weights, [<see cref="StateInputs"/>, columns], and of their bias.</summary>
    public int StateColumns => RecurrentBuffers * Width;

    /// <summary>Rows of the state's weights: H, or 0 for a cell without recurrent weights.</summary>
    public int StateInputs => RecurrentBuffers == 0 ? 0 : Units;

    /// <summary>Offset of the state's weights; the input's are before them.</summary>
    public long StateWeights => (long)InputSize * InputColumns;

    public long InputBias => StateWeights + (long)StateInputs * StateColumns;

    public long StateBias => InputBias + InputColumns;

    /// <summary>Offset of the units' parameters, P vectors of W.</summary>
    public long Unit => StateBias + StateColumns;

    /// <summary>Number of weights.</summary>
    public long Count => Unit + (long)UnitParameters * Width;

    /// <summary>Offset of h in a row's saved activations.</summary>
    public int Hidden => GateBuffers * Width;

    /// <summary>Elements from one row's state to the next row's, where states are stored alone.</summary>
    public int StateStride { get; } = Strides.Of(Width);

    /// <summary>Elements from one row's incoming gradients to the next row's.</summary>
    public int IncomingStride { get; } = Strides.Of(IncomingStates * Width);

    /// <summary>Elements from one row's saved activations to the next row's.</summary>
    public int SavedStride { get; } = Strides.Of((GateBuffers + States) * Width);
}

/// <summary>Distances between rows.</summary>
internal static class Strides
{
    private const int Line = 16;

    /// <summary>
    /// The smallest odd number of cache lines for a number of elements: rows a power of two apart would compete for a few sets of the
    /// cache.
    /// </summary>
    public static int Of(int count) => ((count + Line - 1) / Line | 1) * Line;
}
