namespace RnnMlNet.Experiments;

/// <summary>Outcome of a <see cref="TrialTask"/>. Plain data.</summary>
public sealed record TrialOutcome
{
    /// <summary>Number of the trial.</summary>
    public required int Trial { get; init; }

    /// <summary>Number of the fold.</summary>
    public required int Fold { get; init; }

    /// <summary>Epochs that were requested in total; fewer are done if training stopped early.</summary>
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

    /// <summary>The error of a failed training; null if there is none.</summary>
    public string? Error { get; init; }

    /// <summary>The scores of the held-out rows, in a format of the experiment.</summary>
    public byte[] Scores { get; init; } = [];

    /// <summary>The state of the paused training, for a later task of the same trial and fold.</summary>
    public byte[] State { get; init; } = [];
}
