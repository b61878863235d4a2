using System.Diagnostics;
using RnnMlNet.Runtime.Kernels;

namespace Training;

/// <summary>
/// Multiply-adds from register to register, nothing else: as fast as the processor can compute. What a training's arithmetic is measured
/// by.
/// </summary>
internal sealed class PeakPeer(int threads)
{
    private const int Turns = 20_000;

    // Enough for their latency to be hidden, few enough to stay in registers.
    private const int Sums = 10;

    // The sums go somewhere, or the JIT would not compute them.
    private static volatile float _result;

    /// <summary>Computes so long; 10^9 operations a second of all threads together, a multiply-add being two.</summary>
    public double Turn(double milliseconds)
    {
        var rates = new double[threads];
        var running = Enumerable.Range(1, threads - 1).Select(i => new Thread(() => rates[i] = OneThread(milliseconds))).ToArray();
        foreach (Thread thread in running)
            thread.Start();
        rates[0] = OneThread(milliseconds);
        foreach (Thread thread in running)
            thread.Join();
        return rates.Sum();
    }

    /// <summary>
    /// Operations of a training step on one sequence: each gate's products forward, those of their gradients for weights and for the state
    /// before.
    /// </summary>
    public static double Operations(TrainingSet set)
    {
        double gates = set.Case.Shape.Gates,
            units = set.Case.Units,
            features = set.Case.Features;
        return 2 * gates * units * (3 * units + 2 * features) * set.TrueSteps / set.Rows.Count;
    }

    private static double OneThread(double milliseconds)
    {
        long operations = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            operations += VectorWidth.Bits switch
            {
                512 => Compute<Lanes512>(),
                256 => Compute<Lanes256>(),
                _ => Compute<Lanes128>(),
            };
        } while (clock.Elapsed.TotalMilliseconds < milliseconds);
        return operations / clock.Elapsed.TotalNanoseconds;
    }

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
        _result = lanes[0];
        return 2L * Sums * T.Count * Turns;
    }
}
