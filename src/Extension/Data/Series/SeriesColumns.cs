namespace RnnMlNet.Data.Series;

/// <summary>The columns that say what the series are.</summary>
/// <param name="Targets">What is forecast: each a number, or a vector of several.</param>
/// <param name="Past">What else is known up to now.</param>
/// <param name="Known">What is known beforehand.</param>
/// <param name="Key">Of which series a row is; null where all rows are of one.</param>
/// <param name="Time">When it is; null where rows stand in the order of time.</param>
internal sealed record SeriesColumns(
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Past,
    IReadOnlyList<string> Known,
    string? Key,
    string? Time
)
{
    /// <summary>What of a row's time is known beforehand as well.</summary>
    public CalendarFeatures Calendar { get; init; }

    public MissingSteps MissingSteps { get; init; }

    /// <summary>Whose clock counts; null for the one that the times state.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>How far apart steps are; null to find it.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>Days that have no step.</summary>
    public IReadOnlyList<DateOnly> ClosedDays { get; init; } = [];

    /// <summary>What needs times that are dates, with its verb; null where numbers do as well.</summary>
    public string? NeedMoments =>
        Calendar != CalendarFeatures.None ? "calendar features need"
        : Zone is not null ? "a TimeZone needs"
        : ClosedDays.Count > 0 ? "ClosedDays need"
        : Frequency is { IsOfNumbers: false } ? "this Frequency needs"
        : null;
}
