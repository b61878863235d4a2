namespace RnnMlNet.Training;

/// <summary>
/// The exponential moving average of the weights over the updates: after update t, average += share · (weights - average). The share is
/// 1 - decay, and larger in the first updates, 9 / (10 + t): a training that is short for its decay averages over its last tenth or so,
/// instead of over its beginning (as TensorFlow's ExponentialMovingAverage does with num_updates).
/// </summary>
internal static class WeightAverage
{
    /// <summary>Name under which an optimiser's state holds the average, beside its moments.</summary>
    public const string Name = "weight_average";

    /// <summary>The share of the weights in the average.</summary>
    /// <param name="decay">The decay; 0 for no average.</param>
    /// <param name="update">The update after which it is computed, 1 for the first.</param>
    public static float ShareOf(float decay, long update) => decay == 0 ? 0 : (float)Math.Max(1 - (double)decay, 9.0 / (10 + update));
}
