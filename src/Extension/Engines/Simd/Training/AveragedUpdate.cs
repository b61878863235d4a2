using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>An optimiser step, and after it the weights' moving average: average += share · (w - average).</summary>
internal abstract unsafe class AveragedUpdate<T>(float weightDecay) : ParameterUpdate(weightDecay)
    where T : unmanaged, ILanes<T>
{
    private protected sealed override void Average(StepFactors step, float* w, float* average, long count)
    {
        T share = T.Create(step.Averaged);
        for (long i = 0; i < count; i += T.Count)
        {
            T before = T.Load(average + i);
            T.Store(T.MultiplyAdd(share, T.Load(w + i) - before, before), average + i);
        }
    }
}
