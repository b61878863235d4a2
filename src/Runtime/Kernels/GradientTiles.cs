namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// The gradient of a linear map's weights in registers: gradient[i, :] += Σ over steps and rows of input[i] · back[:]. The tiles are
/// generated.
/// </summary>
internal static unsafe partial class GradientTiles<T>
    where T : unmanaged, ILanes<T>
{
    private const int MostVectors = 4;

    /// <summary>Adds to a gradient of any size.</summary>
    /// <param name="inputs">Numbers of an input: rows of the gradient.</param>
    /// <param name="columns">Numbers of what comes back, whole vectors: columns of the gradient.</param>
    /// <param name="a">The first tile's places.</param>
    public static void Add(int inputs, int columns, GradientArguments a)
    {
        int vectors = columns / T.Count;
        for (int blocks = (vectors + MostVectors - 1) / MostVectors; blocks > 0; blocks--)
        {
            int count = (vectors + blocks - 1) / blocks;
            AddColumns(inputs, count, a);
            vectors -= count;
            a.Gradient += count * T.Count;
            a.Back += count * T.Count;
        }
    }

    // The columns' part of what comes back stays in the cache, while one tile of inputs after the other passes over it.
    private static void AddColumns(int inputs, int vectors, GradientArguments a)
    {
        for (int tiles = (inputs + T.TileRows - 1) / T.TileRows; tiles > 0; tiles--)
        {
            int count = (inputs + tiles - 1) / tiles;
            Tile(count, vectors, a);
            inputs -= count;
            a.Gradient += count * a.GradientStride;
            a.Input += count;
        }
    }
}

/// <summary>What a tile of a weight gradient reads and writes.</summary>
internal unsafe struct GradientArguments
{
    /// <summary>The first input's columns; the next input's lie <see cref="GradientStride"/> numbers on.</summary>
    public float* Gradient;

    public nint GradientStride;

    /// <summary>The inputs of the first row of the first step.</summary>
    public float* Input;

    /// <summary>From row to row.</summary>
    public nint InputStride;

    /// <summary>From step to step.</summary>
    public nint InputStep;

    /// <summary>What comes back, of the first row of the first step.</summary>
    public float* Back;

    public nint BackStride;

    public nint BackStep;

    public nint Rows;

    public nint Steps;
}
