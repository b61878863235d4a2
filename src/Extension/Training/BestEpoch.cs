using RnnMlNet.Networks;

namespace RnnMlNet.Training;

/// <summary>Which epoch had the lowest loss so far, and its weights.</summary>
internal sealed class BestEpoch
{
    private double _loss = double.PositiveInfinity;

    /// <summary>The best epoch, 1 for the first; 0 before any.</summary>
    public int Epoch { get; private set; }

    /// <summary>Its weights; null before any epoch.</summary>
    public NetworkWeights? Weights { get; private set; }

    /// <summary>Takes an epoch's loss; true when it is the best so far. Only then are the weights asked for.</summary>
    public bool Offer(int epoch, double loss, Func<NetworkWeights> weights)
    {
        if (!(loss < _loss))
            return false;
        Weights = weights();
        _loss = loss;
        Epoch = epoch;
        return true;
    }
}
