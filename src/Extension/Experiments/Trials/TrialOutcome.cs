namespace RnnMlNet.Experiments;

/// <summary>What a <see cref="TrialTask"/> came to. Plain data.</summary>
public sealed record TrialOutcome
{
    /// <summary>Number of the trial.</summary>
    public required int Trial { get; init; }

    /// <summary>Number of the fold.</summary>
    public required int Fold { get; init; }

    /// <summary>Epochs that were asked for in all; fewer are done where training stopped early.</summary>
    public required int Epochs { get; init; }

    /// <summary>Epochs that are done.</summary>
    public int EpochsDone { get; init; }

    /// <summary>Whether there is nothing left to train: all epochs are done, or training stopped early.</summary>
    public bool IsDone { get; init; }

    /// <summary>The epoch whose weights were scored.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Its validation loss.</summary>
    public double ValidationLoss { get; init; }

    /// <summary>Seconds that the task took.</summary>
    public double Seconds { get; init; }

    /// <summary>What went wrong; null where nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>What the held out rows were scored; only the experiment understands it.</summary>
    public byte[] Scores { get; init; } = [];

    /// <summary>Where training was paused, for a later task of the same trial and fold.</summary>
    public byte[] State { get; init; } = [];
}
