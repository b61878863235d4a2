using RnnMlNet.Runtime.Kernels;

namespace Shared;

/// <summary>
/// Multiply-adds from register to register, nothing else: the processor's peak, which bounds the arithmetic of scoring and training.
/// </summary>
internal sealed class MultiplyAdds(int threads)
{
    private const int Turns = 20_000;

    // Enough to hide the latency, few enough to stay in registers.
    private const int Sums = 10;

    /// <summary>Computes so long; 10^9 operations a second of all threads together, a multiply-add being two.</summary>
    public double Turn(double milliseconds) => ProcessorRate.Of(threads, milliseconds, _ => Compute);

    private static long Compute() =>
        VectorWidth.Bits switch
        {
            512 => Compute<Lanes512>(),
            256 => Compute<Lanes256>(),
            _ => Compute<Lanes128>(),
        };

    private static unsafe long Compute<T>()
        where T : unmanaged, ILanes<T>
    {
        T a = T.Create(1.5f),
            b = T.Create(.5f);
        T s0 = a,
            s1 = a,
            s2 = a,
            s3 = a,
            s4 = a,
            s5 = a,
            s6 = a,
            s7 = a,
            s8 = a,
            s9 = a;
        for (int turn = 0; turn < Turns; turn++)
        {
            s0 = T.MultiplyAdd(a, b, s0);
            s1 = T.MultiplyAdd(a, b, s1);
            s2 = T.MultiplyAdd(a, b, s2);
            s3 = T.MultiplyAdd(a, b, s3);
            s4 = T.MultiplyAdd(a, b, s4);
            s5 = T.MultiplyAdd(a, b, s5);
            s6 = T.MultiplyAdd(a, b, s6);
            s7 = T.MultiplyAdd(a, b, s7);
            s8 = T.MultiplyAdd(a, b, s8);
            s9 = T.MultiplyAdd(a, b, s9);
        }
        float* lanes = stackalloc float[T.Count];
        T.Store(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9, lanes);
        ProcessorRate.Keep(lanes[0]);
        return 2L * Sums * T.Count * Turns;
    }
}
