namespace RnnMlNet.Experiments;

/// <summary>
/// A unit of an experiment's work that depends on no other: train one trial on one fold of the rows up to an epoch, and score the held-out
/// rows. With the experiment's data any machine can run it: <see cref="TrialWorker"/>. It is plain data that any transport can serialise.
/// </summary>
public sealed record TrialTask
{
    /// <summary>Identifies the experiment's data, options and seed: only a worker with the same ones can run its tasks.</summary>
    public required string Experiment { get; init; }

    /// <summary>Number of the trial, 0 for the settings' options.</summary>
    public required int Trial { get; init; }

    /// <summary>Number of the fold that is held out, 0 if there is only one split.</summary>
    public required int Fold { get; init; }

    /// <summary>Total number of epochs to train up to.</summary>
    public required int Epochs { get; init; }

    /// <summary>The options of the trial, by name, as culture-invariant text.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The state of the trial's paused training on this fold; null to start.</summary>
    public byte[]? State { get; init; }

    /// <summary>Returns the task as text.</summary>
    public override string ToString() => $"trial {Trial}, fold {Fold}, up to epoch {Epochs}";
}
