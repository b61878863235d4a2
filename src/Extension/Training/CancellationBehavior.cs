namespace RnnMlNet;

/// <summary>Behaviour of <c>Fit</c> when it is cancelled.</summary>
public enum CancellationBehavior
{
    /// <summary>Throws <see cref="OperationCanceledException"/>.</summary>
    Throw,

    /// <summary>Returns the best model so far; throws only when no epoch is complete.</summary>
    ReturnBest,
}
