namespace RnnMlNet.Data;

/// <summary>Where a row's sequence stands, as the options say it.</summary>
/// <param name="Names">The one sequence column, or the channel columns.</param>
/// <param name="AreChannels">Whether each column is one channel of the same length.</param>
/// <param name="FeaturesPerStep">F of a flat column; null where the column says it.</param>
/// <param name="Layout">Order of the values in a flat column.</param>
internal sealed record SequenceColumns(IReadOnlyList<string> Names, bool AreChannels, int? FeaturesPerStep, SequenceLayout Layout);
