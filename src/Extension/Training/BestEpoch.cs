using RnnMlNet.Networks;

namespace RnnMlNet.Training;

/// <summary>Early stopping: which epoch was best, its weights, and how long it has been.</summary>
internal sealed class BestEpoch(int patience, double minDelta)
{
    private double _loss = double.PositiveInfinity;
    private int _latest;

    /// <summary>The best epoch, 1 for the first; 0 before any.</summary>
    public int Epoch { get; private set; }

    /// <summary>Its weights; null before any epoch.</summary>
    public NetworkWeights? Weights { get; private set; }

    /// <summary>Whether the patience is used up.</summary>
    public bool IsLongAgo => patience > 0 && _latest - Epoch >= patience;

    /// <summary>Takes an epoch's loss; true when it is the best so far.</summary>
    public bool Offer(int epoch, double loss, Func<NetworkWeights> weights)
    {
        _latest = epoch;
        if (!(loss < _loss - (Epoch == 0 ? 0 : minDelta)))
            return false;
        _loss = loss;
        Epoch = epoch;
        Weights = weights();
        return true;
    }
}
