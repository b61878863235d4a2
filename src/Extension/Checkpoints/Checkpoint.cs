using RnnMlNet.Training;

namespace RnnMlNet.Checkpoints;

/// <summary>A checkpoint of a training.</summary>
/// <param name="Seed">Its seed, which need not be one of the options.</param>
/// <param name="Fingerprint">Identifies the training.</param>
/// <param name="State">The state of the training.</param>
internal sealed record Checkpoint(int Seed, Fingerprint Fingerprint, TrainingState State)
{
    /// <summary>When training an ensemble: the members that were complete before this one.</summary>
    public IReadOnlyList<TrainingResult> Done { get; init; } = [];
}
