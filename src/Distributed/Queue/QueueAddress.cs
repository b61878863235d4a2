namespace RnnMlNet.Distributed.Queue;

/// <summary>Finds a queue by its name. There is none until a silo that may hold it has joined the cluster.</summary>
/// <param name="factory">The cluster's grain factory.</param>
/// <param name="name">The queue's name.</param>
internal sealed class QueueAddress(IGrainFactory factory, string name)
{
    private ITrialQueueGrain? _grain;

    public string Name => name;

    /// <exception cref="QueueNotThereException">No silo may hold the queue yet.</exception>
    public ITrialQueueGrain Grain => _grain ??= Find();

    private ITrialQueueGrain Find()
    {
        try
        {
            return factory.GetGrain<ITrialQueueGrain>(name);
        }
        // Thrown by Orleans where no silo has the grain's class.
        catch (ArgumentException e)
        {
            throw new QueueNotThereException("The cluster has no silo that may hold a queue.", e);
        }
    }
}

/// <summary>No silo of the cluster may hold a queue.</summary>
internal sealed class QueueNotThereException(string message, Exception inner) : Exception(message, inner);
