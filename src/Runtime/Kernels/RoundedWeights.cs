namespace RnnMlNet.Runtime.Kernels;

/// <summary>
/// The state's weights of all panels as bfloat16, two units' in the halves of one float: half the memory to read at each step. The even
/// unit's are in the lower half. The odd unit's are read together with the lower half, so they are rounded such that the whole float is as
/// near as possible: either error is at most 2^-8 of the weight.
/// </summary>
internal sealed unsafe class RoundedWeights
{
    // The largest finite bfloat16, without its sign.
    private const uint Largest = 0x7F7F;
    private const uint Sign = 0x8000_0000;

    private readonly AlignedBuffer _packed;

    /// <param name="panels">Number of panels.</param>
    /// <param name="units">H, units of the state.</param>
    /// <param name="width">Elements of a panel per unit of the state.</param>
    /// <param name="weights">The weights of a panel, [units, width].</param>
    public RoundedWeights(int panels, int units, int width, Func<int, nint> weights)
    {
        int pairs = (units + 1) / 2;
        PanelStride = (nint)pairs * width;
        _packed = new AlignedBuffer(panels * (long)PanelStride);
        for (int panel = 0; panel < panels; panel++)
            Pack((float*)weights(panel), units, width, (uint*)Panel(panel));
    }

    /// <summary>Elements from a panel to the next.</summary>
    public nint PanelStride { get; }

    public float* Panel(int panel) => _packed.Start + panel * PanelStride;

    private static void Pack(float* weights, int units, int width, uint* packed)
    {
        for (int unit = 0; unit < units; unit += 2)
        for (int i = 0; i < width; i++)
        {
            float* even = weights + (long)unit * width + i;
            uint lower = Nearest(*even, 0);
            *packed++ = lower | (unit + 1 < units ? Nearest(even[width], lower) << 16 : 0);
        }
    }

    /// <summary>The bfloat16 that, followed by <paramref name="lower"/>, is nearest to a number.</summary>
    private static uint Nearest(float value, uint lower)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value),
            magnitude = bits & ~Sign;
        uint rounded = magnitude + 0x8000 <= lower ? 0 : Math.Min((magnitude + 0x8000 - lower) >> 16, Largest);
        return rounded | ((bits & Sign) >> 16);
    }
}
