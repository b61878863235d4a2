namespace RnnMlNet.Data;

/// <summary>Where a row's sequence stands, as the options say it.</summary>
/// <param name="Names">The one sequence column, or the channel columns.</param>
/// <param name="AreChannels">Whether each column is one channel of the same length.</param>
/// <param name="FeaturesPerStep">F of a flat column; null where the column says it.</param>
/// <param name="Layout">Order of the values in a flat column.</param>
internal sealed record SequenceColumns(IReadOnlyList<string> Names, bool AreChannels, int? FeaturesPerStep, SequenceLayout Layout)
{
    /// <summary>
    /// Whether a missing key is a step like others, with a token of its own behind those of the keys, so that each value of the column
    /// keeps its place: for a prediction per step. Else missing keys are left out.
    /// </summary>
    public bool KeepsMissing { get; init; }

    /// <summary>k, time steps that a network reads as one.</summary>
    public int PatchLength { get; init; } = 1;
}
