namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// How one direction of a layer lies in memory: its weights (transposed, buffer after buffer, padded to whole vectors) and its rows'
/// numbers.
/// </summary>
/// <param name="InputSize">I, numbers of an input.</param>
/// <param name="Units">H.</param>
/// <param name="Width">W, the units in whole vectors (of a cell with one gate in pairs of them); what is beyond H stays 0.</param>
/// <param name="GateBuffers">Gate buffers of a row at a step.</param>
/// <param name="States">What follows them in it, h first.</param>
/// <param name="FirstInputBuffer">The first that the input leads to.</param>
/// <param name="RecurrentBuffers">Those that the state leads to, from the first.</param>
internal readonly record struct DirectionSizes(
    int InputSize,
    int Units,
    int Width,
    int GateBuffers,
    int States,
    int FirstInputBuffer,
    int RecurrentBuffers
)
{
    /// <summary>Columns of the input's weights, [I, columns], and of their bias.</summary>
    public int InputColumns => (GateBuffers - FirstInputBuffer) * Width;

    /// <summary>Columns of the state's weights, [H, columns], and of their bias.</summary>
    public int StateColumns => RecurrentBuffers * Width;

    /// <summary>Where the state's weights start; the input's stand before them.</summary>
    public long StateWeights => (long)InputSize * InputColumns;

    public long InputBias => StateWeights + (long)Units * StateColumns;

    public long StateBias => InputBias + InputColumns;

    /// <summary>Numbers of all weights.</summary>
    public long Count => StateBias + StateColumns;

    /// <summary>Where h stands among a row's saved activations.</summary>
    public int Hidden => GateBuffers * Width;

    /// <summary>Numbers from one row's state to the next's, where states stand alone.</summary>
    public int StateStride { get; } = Strides.Of(Width);

    /// <summary>Values from one row's saved activations to the next's.</summary>
    public int SavedStride { get; } = Strides.Of((GateBuffers + States) * Width);
}

/// <summary>Distances between rows.</summary>
internal static class Strides
{
    private const int Line = 16;

    /// <summary>
    /// At least so many numbers, an odd number of cache lines: rows a power of two gateStride would share a few places in the cache.
    /// </summary>
    public static int Of(int count) => ((count + Line - 1) / Line | 1) * Line;
}
