namespace RnnMlNet.Data.Series;

/// <summary>The columns that say what the series are.</summary>
/// <param name="Targets">What is forecast: each a number, or a vector of several.</param>
/// <param name="Past">What else is known up to now.</param>
/// <param name="Known">What is known beforehand.</param>
/// <param name="Key">Of which series a row is; null where all rows are of one.</param>
/// <param name="Time">When it is; null where rows stand in the order of time.</param>
internal sealed record SeriesColumns(IReadOnlyList<string> Targets, IReadOnlyList<string> Past, IReadOnlyList<string> Known, string? Key, string? Time)
{
    /// <summary>What of a row's time is known beforehand as well.</summary>
    public CalendarFeatures Calendar { get; init; }

    public MissingSteps MissingSteps { get; init; }
}
