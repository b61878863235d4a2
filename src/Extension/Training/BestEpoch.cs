using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>The epoch with the lowest loss so far, and its weights.</summary>
internal sealed class BestEpoch
{
    /// <summary>The best epoch so far; settable when resuming.</summary>
    public BestEpochState State { get; set; } = BestEpochState.None;

    /// <summary>The best epoch, 1 for the first; 0 before any.</summary>
    public int Epoch => State.Epoch;

    /// <summary>Its weights; null before any epoch.</summary>
    public NetworkWeights? Weights => State.Weights;

    /// <summary>Offers an epoch's loss; true when it is the lowest so far. Only then are the weights requested.</summary>
    public bool Offer(int epoch, double loss, Func<NetworkWeights> weights)
    {
        if (!(loss < State.Loss))
            return false;
        State = new BestEpochState(epoch, loss, weights());
        return true;
    }
}
