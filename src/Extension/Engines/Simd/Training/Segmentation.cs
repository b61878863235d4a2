namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Chooses the micro-batches whose activations are not kept but computed again, and their segments.</summary>
/// <param name="elements">Elements of the activations of a step of a row.</param>
/// <param name="limit">Bytes of activations that a micro-batch may keep.</param>
internal sealed class Segmentation(long elements, long limit)
{
    /// <summary>
    /// 128 MiB for each thread: an LSTM of 64 units reaches it at rows of 3,700 steps. Beyond it activations are mostly read back
    /// from memory, not from a cache, and computing them again costs little beside that (benchmarks/Training, part long).
    /// </summary>
    public const long DefaultLimit = 128L << 20;

    /// <summary>Steps of a segment, such that segments are about as many as each has steps; null where all is kept.</summary>
    public int? StepsOf(MicroBatch microBatch)
    {
        if (sizeof(float) * elements * microBatch.Steps * microBatch.Count <= limit)
            return null;
        // So that the gradients of the weights are sums of the same products as without segments.
        int multiple = DirectionTraining.StepsAtOnce(microBatch.Count);
        return ((int)Math.Ceiling(Math.Sqrt(microBatch.Steps)) + multiple - 1) / multiple * multiple;
    }
}
