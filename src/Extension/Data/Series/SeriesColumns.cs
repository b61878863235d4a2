namespace RnnMlNet.Data.Series;

/// <summary>The columns that define the series.</summary>
/// <param name="Targets">Forecast columns: each a number, or a vector of several.</param>
/// <param name="Past">Past covariates: known up to now.</param>
/// <param name="Known">Known future values.</param>
/// <param name="Key">The series of a row; null where all rows are of one.</param>
/// <param name="Time">The time of a row; null where rows are in the order of time.</param>
internal sealed record SeriesColumns(
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Past,
    IReadOnlyList<string> Known,
    string? Key,
    string? Time
)
{
    /// <summary>Calendar features of a row's time, which are known future values too.</summary>
    public CalendarFeatures Calendar { get; init; }

    public MissingSteps MissingSteps { get; init; }

    /// <summary>The time zone; null for the clock of the times themselves.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>The distance between steps; null to infer it.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>Days that have no step.</summary>
    public IReadOnlyList<DateOnly> ClosedDays { get; init; } = [];

    /// <summary>The option that requires dates as times, with its verb; null where whole numbers are allowed.</summary>
    public string? NeedMoments =>
        Calendar != CalendarFeatures.None ? "calendar features need"
        : Zone is not null ? "a TimeZone needs"
        : ClosedDays.Count > 0 ? "ClosedDays need"
        : Frequency is { IsOfNumbers: false } ? "this Frequency needs"
        : null;
}
