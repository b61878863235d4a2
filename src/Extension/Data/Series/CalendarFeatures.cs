namespace RnnMlNet;

/// <summary>
/// Calendar features of a step's time: each is the sine and the cosine of its position in its cycle. Values may be combined with <c>|</c>.
/// </summary>
[Flags]
public enum CalendarFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The time of day.</summary>
    HourOfDay = 1,

    /// <summary>The day of the week.</summary>
    DayOfWeek = 2,

    /// <summary>The day of the month.</summary>
    DayOfMonth = 4,

    /// <summary>The day of the year.</summary>
    DayOfYear = 8,

    /// <summary>The month.</summary>
    MonthOfYear = 16,
}
