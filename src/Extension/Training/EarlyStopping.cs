namespace RnnMlNet.Training;

/// <summary>
/// Ends a training whose loss no longer falls: after <paramref name="patience"/> epochs in a row that are not lower by more than
/// <paramref name="minDelta"/> than the last one that was. Small steps downwards so add up. A patience of 0 never ends it.
/// </summary>
internal sealed class EarlyStopping(int patience, double minDelta)
{
    /// <summary>How long it has been patient; may be set to what it was in a training that was cut off.</summary>
    public EarlyStoppingState State { get; set; } = new(double.PositiveInfinity, 0);

    /// <summary>Whether the patience is used up.</summary>
    public bool IsDue => patience > 0 && State.EpochsWithoutBetter >= patience;

    /// <summary>Takes an epoch's loss.</summary>
    public void EpochDone(double loss)
    {
        bool isBetter = double.IsPositiveInfinity(State.Loss) || loss < State.Loss - minDelta;
        State = isBetter ? new(loss, 0) : State with { EpochsWithoutBetter = State.EpochsWithoutBetter + 1 };
    }
}
