using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The weights' moving average after an optimiser step.</summary>
internal static unsafe class MovingAverage<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>average += share · (w - average).</summary>
    public static void Add(float share, float* w, float* average, long count)
    {
        T part = T.Create(share);
        for (long i = 0; i < count; i += T.Count)
        {
            T before = T.Load(average + i);
            T.Store(T.MultiplyAdd(part, T.Load(w + i) - before, before), average + i);
        }
    }
}
