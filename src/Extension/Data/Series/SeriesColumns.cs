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
    /// <summary>Static columns: with one value for a series.</summary>
    public IReadOnlyList<string> Static { get; init; } = [];

    /// <summary>
    /// Of each past, known and static column that is a key its number of values, by the column's name; null before training.
    /// </summary>
    public IReadOnlyDictionary<string, int>? Categories { get; init; }

    /// <summary>Calendar features of a row's time, which are known future values too.</summary>
    public CalendarFeatures Calendar { get; init; }

    public MissingSteps MissingSteps { get; init; }

    /// <summary>The time zone; null for the clock of the times themselves.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>The distance between steps; null to infer it.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>Days that have no step, where steps are days or parts of a day.</summary>
    public IReadOnlyList<CalendarDay> ClosedDays { get; init; } = [];

    /// <summary>Days of every week that have no step, where steps are days or parts of a day.</summary>
    public IReadOnlyList<DayOfWeek> ClosedWeekdays { get; init; } = [];

    /// <summary>Holidays and closed days as known future values; null for none.</summary>
    public DayFeatures? Days { get; init; }

    /// <summary>Number of known future values of a step that its time determines.</summary>
    public int CalendarCount => CalendarCycle.Count(Calendar) + (Days?.Count ?? 0);

    /// <summary>The names of what its time determines, in the order of <see cref="WriteCalendar"/>; a cycle has two values.</summary>
    public IEnumerable<string> CalendarNames => [.. CalendarCycle.Names(Calendar), .. Days?.Names ?? []];

    /// <summary>Writes the known future values that a step's time determines.</summary>
    /// <param name="grid">The time grid.</param>
    /// <param name="series">The series.</param>
    /// <param name="step">The step.</param>
    /// <param name="numbers">[<see cref="CalendarCount"/>], overwritten.</param>
    public void WriteCalendar(TimeGrid grid, KeyedSeries series, long step, Span<float> numbers)
    {
        DateTime time = grid.ClockAt(series, step);
        int cycles = CalendarCycle.Count(Calendar);
        CalendarCycle.Write(Calendar, time, numbers[..cycles]);
        Days?.Write(time, grid.ClockAt(series, step + 1), !grid.Days.IsAll, numbers[cycles..]);
    }

    /// <summary>The option that requires dates as times, with its verb; null where whole numbers are allowed.</summary>
    public string? NeedMoments =>
        Calendar != CalendarFeatures.None ? "calendar features need"
        : Zone is not null ? "a TimeZone needs"
        : Days is not null || ClosedDays.Count > 0 || ClosedWeekdays.Count > 0 ? "a Calendar needs"
        : Frequency is { IsOfNumbers: false } ? "this Frequency needs"
        : null;
}
