namespace RnnMlNet.Data;

/// <summary>The columns and layout of a row's sequence, as the options set them.</summary>
/// <param name="Names">The one sequence column, or the columns of a step.</param>
/// <param name="AreChannels">Whether there are several columns of a step, of the same length.</param>
/// <param name="FeaturesPerStep">F of a flat column; null where the column's type has it.</param>
/// <param name="Layout">Order of the values in a flat column.</param>
internal sealed record SequenceColumns(IReadOnlyList<string> Names, bool AreChannels, int? FeaturesPerStep, SequenceLayout Layout)
{
    /// <summary>
    /// Whether a missing key is a step of its own, with the token after those of the keys, so that each value of the column keeps its
    /// place: for a prediction per step. Else missing keys are left out.
    /// </summary>
    public bool KeepsMissing { get; init; }

    /// <summary>Whether a reader gives missing keys that are left out, as the token after those of the keys, which is none of the
    /// network's.</summary>
    public bool MarksMissing { get; init; }

    /// <summary>The column of the steps' times; null for none.</summary>
    public string? TimeName { get; init; }

    /// <summary>Whether the times of training were moments; null where that is not known.</summary>
    public bool? TimesAreMoments { get; init; }

    /// <summary>The column of the words whose characters are read beside their keys; null for none.</summary>
    public string? CharacterName { get; init; }

    /// <summary>The columns of static values.</summary>
    public IReadOnlyList<string> StaticNames { get; init; } = [];

    /// <summary>Treatment of missing numbers.</summary>
    public MissingValues MissingValues { get; init; }

    /// <summary>k, time steps that the network reads as one.</summary>
    public int PatchLength { get; init; } = 1;
}
