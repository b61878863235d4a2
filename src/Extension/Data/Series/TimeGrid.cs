using System.Globalization;

namespace RnnMlNet.Data.Series;

/// <summary>The equal steps in which the times of all series advance.</summary>
/// <param name="Kind">What the times are.</param>
/// <param name="Unit">What steps are counted in.</param>
/// <param name="Step">From one step to the next: ticks or numbers, days, or months.</param>
/// <remarks>
/// Times are whole numbers here: instants (<see cref="RowTime.Instant"/>) where steps are equally long, and what the clock shows
/// (<see cref="RowTime.Clock"/>) where they are days or months,
/// which summer time makes longer or shorter.
/// </remarks>
internal sealed record TimeGrid(TimeKind Kind, StepUnit Unit, long Step)
{
    // A million years of days or months overflows nothing.
    private const long MostOfClock = 12_000_000;

    // Midnight may be skipped by a clock that is put forward, and the day begins later.
    private static readonly long _longestSkip = TimeSpan.FromHours(3).Ticks;

    /// <summary>Whose clock counts; null for the one that the times state.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>The days that have a step, where each of them has one.</summary>
    public DayCalendar Days { get; init; } = DayCalendar.All;

    /// <summary>Of steps of months, the day that series lie on which do not say it themselves.</summary>
    public MonthDay Day { get; init; } = MonthDay.Any;

    /// <summary>Whether times are what the clock shows.</summary>
    public bool IsOfClock => Unit != StepUnit.Fixed;

    /// <summary>Whether it can be: what a file or an annotation states need not.</summary>
    public bool IsSound =>
        Enum.IsDefined(Kind)
        && Enum.IsDefined(Unit)
        && Step > 0
        && (Unit == StepUnit.Fixed || (Kind != TimeKind.Number && Step <= MostOfClock))
        && Kind == TimeKind.ZonedMoment == Zone is not null
        && Days.IsSound
        && (Days.IsAll || (Unit == StepUnit.Days && Step == 1))
        && Day.Least >= 1
        && Day.Least <= Day.Most
        && Day.Most <= MonthDay.Any.Most;

    /// <summary>Whether another counts the same times as steps.</summary>
    public bool HasStepsOf(TimeGrid other) =>
        Kind == other.Kind
        && Unit == other.Unit
        && Step == other.Step
        && Days.Weekdays == other.Days.Weekdays
        && Days.Closed.SequenceEqual(other.Days.Closed);

    /// <summary>A row's time on this grid.</summary>
    public long TimeOf(RowTime row) => IsOfClock ? row.Clock : row.Instant;

    /// <summary>Where a series begins whose first time this is.</summary>
    public TimeOrigin OriginAt(long time) => new(time, Unit == StepUnit.Months ? MonthDay.Of(Moment(time)) : MonthDay.Any);

    /// <summary>An origin, with what another time of the series says of its day.</summary>
    public TimeOrigin Narrow(TimeOrigin origin, long time) =>
        Unit == StepUnit.Months && origin.Day.And(MonthDay.Of(Moment(time))) is MonthDay day ? origin with { Day = day } : origin;

    /// <summary>Whether a series can have a step at a time: its day is not closed.</summary>
    public bool IsOpen(long time) => Unit != StepUnit.Days || Days.IsAll || Days.IsOpen(DayCalendar.DayOf(time));

    /// <summary>How many steps a time lies behind another; null where it does not lie on a step.</summary>
    public long? StepsBetween(TimeOrigin origin, long time) =>
        Unit switch
        {
            StepUnit.Fixed => (time - origin.Time) % Step == 0 ? (time - origin.Time) / Step : null,
            StepUnit.Days => IsSameTimeOfDay(origin.Time, time)
                ? DaysBetween(DayCalendar.DayOf(origin.Time), DayCalendar.DayOf(time))
                : null,
            StepUnit.Months => IsSameTimeOfDay(origin.Time, time) && origin.Day.And(MonthDay.Of(Moment(time))) is not null
                ? MonthsBetween(origin.Time, time)
                : null,
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>The time that lies some steps behind another.</summary>
    public long TimeAt(TimeOrigin origin, long steps) =>
        Unit switch
        {
            StepUnit.Fixed => origin.Time + steps * Step,
            StepUnit.Days => origin.Time % TimeSpan.TicksPerDay
                + TimeSpan.TicksPerDay
                    * (Days.IsAll ? DayCalendar.DayOf(origin.Time) + steps * Step : Days.Add(DayCalendar.DayOf(origin.Time), steps)),
            StepUnit.Months => MonthAt(origin, steps * Step),
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>What the clock shows at a step of a series.</summary>
    public DateTime ClockAt(KeyedSeries series, long step)
    {
        long time = TimeAt(series.Origin, step);
        return Moment(IsOfClock ? time : time + (Zone?.GetUtcOffset(Universal(time)).Ticks ?? series.Offsets.At(time)));
    }

    /// <summary>A time in words.</summary>
    public string Text(long time) =>
        Kind switch
        {
            TimeKind.Number => time.ToString(CultureInfo.InvariantCulture),
            TimeKind.OffsetMoment when !IsOfClock => $"{ClockText(time)} UTC",
            TimeKind.ZonedMoment when !IsOfClock => Text(Kind, new RowTime(time, Zone!.GetUtcOffset(Universal(time)).Ticks)),
            _ => ClockText(time),
        };

    /// <summary>A row's time in words.</summary>
    public static string Text(TimeKind kind, RowTime time) =>
        kind switch
        {
            TimeKind.Number => time.Instant.ToString(CultureInfo.InvariantCulture),
            TimeKind.Moment => ClockText(time.Clock),
            _ => $"{ClockText(time.Clock)} {(time.Offset < 0 ? '-' : '+')}{new TimeSpan(Math.Abs(time.Offset)):hh\\:mm}",
        };

    /// <summary>A step in words.</summary>
    public string StepText =>
        Unit switch
        {
            StepUnit.Fixed => DifferenceText(Kind, Step),
            StepUnit.Days => Days.Weekdays == DayCalendar.All.Weekdays
                ? DifferenceText(Kind, Step * TimeSpan.TicksPerDay)
                : $"1 {Days.Text}",
            StepUnit.Months => $"{Step} month{(Step == 1 ? "" : "s")}",
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>A difference of times in words.</summary>
    public static string DifferenceText(TimeKind kind, long difference) =>
        kind == TimeKind.Number
            ? difference.ToString(CultureInfo.InvariantCulture)
            : TimeSpan.FromTicks(difference).ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Months between two times by their months alone.</summary>
    public static long CalendarMonths(long earlier, long later)
    {
        DateTime from = Moment(earlier),
            to = Moment(later);
        return (to.Year - from.Year) * 12L + to.Month - from.Month;
    }

    /// <summary>Whether two times stand at the same time of day, or at the later hour that a clock put forward begins the day
    /// with.</summary>
    public bool IsSameTimeOfDay(long origin, long time)
    {
        long wanted = origin % TimeSpan.TicksPerDay,
            own = time % TimeSpan.TicksPerDay;
        return wanted == own || (own > wanted && own - wanted <= _longestSkip && Zone?.IsInvalidTime(Moment(time - own + wanted)) == true);
    }

    /// <summary>
    /// What to do where a time lies on no step because its clock may have skipped the one that does: which times a clock skips, its zone
    /// says, and offsets do not. Empty where it is not that.
    /// </summary>
    public string ZoneHint(long origin, long time)
    {
        long later = time % TimeSpan.TicksPerDay - origin % TimeSpan.TicksPerDay;
        return Kind == TimeKind.OffsetMoment && IsOfClock && later > 0 && later <= _longestSkip ? $" {ZoneSentence}" : "";
    }

    /// <summary>How days are told of whose beginning a clock skips.</summary>
    public const string ZoneSentence =
        "Where a clock skips the beginning of a day, as summer time does in some zones, train with "
        + "TimeZone set to the zone's name, such as \"Africa/Cairo\": offsets do not say what is skipped.";

    private long? DaysBetween(int from, int to)
    {
        if (Days.IsAll)
            return (to - from) % Step == 0 ? (to - from) / Step : null;
        return Days.IsOpen(to) ? Days.CountBetween(from, to) : null;
    }

    private long? MonthsBetween(long origin, long time) =>
        CalendarMonths(origin, time) is long months && months % Step == 0 ? months / Step : null;

    private long MonthAt(TimeOrigin origin, long months)
    {
        DateTime from = Moment(origin.Time);
        long month = Math.Clamp(from.Year * 12L + from.Month - 1 + months, 12, 9999 * 12L + 11);
        int year = (int)(month / 12),
            monthOfYear = (int)(month % 12) + 1;
        // What the series leaves open, others of the model may say.
        MonthDay day = origin.Day.And(Day) ?? origin.Day;
        return new DateTime(year, monthOfYear, day.In(year, monthOfYear)).Ticks + from.TimeOfDay.Ticks;
    }

    private static string ClockText(long ticks) => Moment(ticks).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static DateTime Universal(long ticks) => DateTime.SpecifyKind(Moment(ticks), DateTimeKind.Utc);

    private static DateTime Moment(long ticks) => new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
}
