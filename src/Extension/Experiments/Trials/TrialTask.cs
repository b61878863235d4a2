namespace RnnMlNet.Experiments;

/// <summary>
/// A piece of an experiment's work that depends on no other piece: to train one trial on one fold of the rows up to an epoch, and to score
/// what was held out. With the data of the experiment it can be done on any machine: <see cref="TrialWorker"/>. It is plain data, to be
/// serialised as the transport likes.
/// </summary>
public sealed record TrialTask
{
    /// <summary>Says of which data, options and seed the experiment is: who has others cannot do its tasks.</summary>
    public required string Experiment { get; init; }

    /// <summary>Number of the trial, 0 for the options as given.</summary>
    public required int Trial { get; init; }

    /// <summary>Number of the fold that is held out, 0 where there is one split only.</summary>
    public required int Fold { get; init; }

    /// <summary>Epochs to be done in all.</summary>
    public required int Epochs { get; init; }

    /// <summary>The options that were chosen, by name, as culture-invariant text.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Where the trial's training on this fold was paused; null to begin.</summary>
    public byte[]? State { get; init; }

    /// <summary>The piece of work in words.</summary>
    public override string ToString() => $"trial {Trial}, fold {Fold}, up to epoch {Epochs}";
}
