using RnnMlNet.Runtime.Kernels;

namespace Shared;

/// <summary>
/// Reads a block of memory as large as some weights again and again, from the cache that holds it: the bound of a network whose time steps
/// each read all weights once.
/// </summary>
internal sealed class WeightReads
{
    private const int Sums = 8;

    // At least so many bytes between two readings of the clock.
    private const long LeastBytes = 1 << 22;

    // Floats that are read between two tests for the end: vectors of the widest kind.
    private const int Unrolled = Sums * 16;

    private readonly int _floats;
    private readonly AlignedBuffer _weights;

    public WeightReads(long bytes)
    {
        _floats = (int)(Math.Max(1, bytes / sizeof(float) / Unrolled) * Unrolled);
        _weights = new AlignedBuffer(_floats);
    }

    /// <summary>Reads so long on one thread; 10^9 bytes a second.</summary>
    public double Turn(double milliseconds) => ProcessorRate.Of(threads: 1, milliseconds, _ => Read);

    private long Read()
    {
        int passes = (int)(LeastBytes / (_floats * sizeof(float)) + 1);
        for (int pass = 0; pass < passes; pass++)
            switch (VectorWidth.Bits)
            {
                case 512:
                    Sum<Lanes512>();
                    break;
                case 256:
                    Sum<Lanes256>();
                    break;
                default:
                    Sum<Lanes128>();
                    break;
            }
        return (long)passes * _floats * sizeof(float);
    }

    private unsafe void Sum<T>()
        where T : unmanaged, ILanes<T>
    {
        T s0 = T.Create(0),
            s1 = s0,
            s2 = s0,
            s3 = s0,
            s4 = s0,
            s5 = s0,
            s6 = s0,
            s7 = s0;
        float* end = _weights.Start + _floats;
        for (float* at = _weights.Start; at < end; at += Sums * T.Count)
        {
            s0 += T.Load(at);
            s1 += T.Load(at + T.Count);
            s2 += T.Load(at + 2 * T.Count);
            s3 += T.Load(at + 3 * T.Count);
            s4 += T.Load(at + 4 * T.Count);
            s5 += T.Load(at + 5 * T.Count);
            s6 += T.Load(at + 6 * T.Count);
            s7 += T.Load(at + 7 * T.Count);
        }
        float* lanes = stackalloc float[T.Count];
        T.Store(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7, lanes);
        ProcessorRate.Keep(lanes[0]);
    }
}
