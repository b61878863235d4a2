using RnnMlNet.Training;

namespace RnnMlNet.Checkpoints;

/// <summary>A training that was cut off, or may yet be.</summary>
/// <param name="Seed">Its seed, which the options need not have said.</param>
/// <param name="Fingerprint">What it was a training of.</param>
/// <param name="State">Where it stands.</param>
internal sealed record Checkpoint(int Seed, Fingerprint Fingerprint, TrainingState State)
{
    /// <summary>Of a training of several networks: those that were done before this one.</summary>
    public IReadOnlyList<TrainingResult> Done { get; init; } = [];
}
