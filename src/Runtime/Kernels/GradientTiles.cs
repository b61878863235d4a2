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
    /// <param name="inputs">Width of an input: rows of the gradient.</param>
    /// <param name="columns">Width of the output gradient, in whole vectors: columns of the gradient.</param>
    /// <param name="a">The first tile's arguments.</param>
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

    // The columns of the output gradient stay in the cache while the tiles of inputs are processed one after the other.
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

/// <summary>Arguments of a tile of a weight gradient.</summary>
internal unsafe struct GradientArguments
{
    /// <summary>The first input's columns; the next input's are <see cref="GradientStride"/> elements further.</summary>
    public float* Gradient;

    public nint GradientStride;

    /// <summary>The inputs of the first row of the first step.</summary>
    public float* Input;

    /// <summary>Elements from row to row.</summary>
    public nint InputStride;

    /// <summary>Elements from step to step.</summary>
    public nint InputStep;

    /// <summary>The output gradient of the first row of the first step.</summary>
    public float* Back;

    public nint BackStride;

    public nint BackStep;

    public nint Rows;

    public nint Steps;
}
