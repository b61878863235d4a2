namespace RnnMlNet.Training;

/// <summary>
/// Early stopping: ends a training after <paramref name="patience"/> consecutive epochs whose loss is not lower, by more than
/// <paramref name="minDelta"/>, than that of the last epoch that was. Small improvements thus add up. A patience of 0 never ends it.
/// </summary>
internal sealed class EarlyStopping(int patience, double minDelta)
{
    /// <summary>The loss to improve on, and the epochs since; settable when resuming.</summary>
    public EarlyStoppingState State { get; set; } = new(double.PositiveInfinity, 0);

    /// <summary>Whether the patience is exhausted.</summary>
    public bool IsDue => patience > 0 && State.EpochsWithoutBetter >= patience;

    /// <summary>Records an epoch's loss.</summary>
    public void EpochDone(double loss)
    {
        bool isBetter = double.IsPositiveInfinity(State.Loss) || loss < State.Loss - minDelta;
        State = isBetter ? new(loss, 0) : State with { EpochsWithoutBetter = State.EpochsWithoutBetter + 1 };
    }
}
