namespace RnnMlNet.Training;

/// <summary>
/// Ends a training whose loss no longer falls: after <paramref name="patience"/> epochs in a row that are not lower by more than
/// <paramref name="minDelta"/> than the last one that was. Small steps downwards so add up. A patience of 0 never ends it.
/// </summary>
internal sealed class EarlyStopping(int patience, double minDelta)
{
    private double _loss = double.PositiveInfinity;
    private int _epochsWithoutBetter;

    /// <summary>Whether the patience is used up.</summary>
    public bool IsDue => patience > 0 && _epochsWithoutBetter >= patience;

    /// <summary>Takes an epoch's loss.</summary>
    public void EpochDone(double loss)
    {
        bool isBetter = double.IsPositiveInfinity(_loss) || loss < _loss - minDelta;
        if (isBetter)
            _loss = loss;
        _epochsWithoutBetter = isBetter ? 0 : _epochsWithoutBetter + 1;
    }
}
