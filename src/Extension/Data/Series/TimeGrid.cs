using System.Globalization;

namespace RnnMlNet.Data.Series;

/// <summary>The equal steps of the times of all series.</summary>
/// <param name="Kind">The kind of times.</param>
/// <param name="Unit">The unit of steps.</param>
/// <param name="Step">From one step to the next: ticks or numbers, days, or months.</param>
/// <remarks>
/// Times are whole numbers here: instants (<see cref="RowTime.Instant"/>) where steps are equally long, and clock times
/// (<see cref="RowTime.Clock"/>) where they are days or months, whose length daylight saving time changes.
/// </remarks>
internal sealed record TimeGrid(TimeKind Kind, StepUnit Unit, long Step)
{
    // A million years of months, far more than there are times.
    private const long MostOfClock = 12_000_000;

    private static readonly long _longestOffset = TimeSpan.FromHours(14).Ticks;

    // A clock that is set forward may skip midnight, and the day starts later.
    private static readonly long _longestSkip = TimeSpan.FromHours(3).Ticks;

    /// <summary>The time zone; null for the clock of the times themselves.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>For times that state their offset, that of the clock by which days of steps shorter than a day are closed: ticks.</summary>
    public long ClockOffset { get; init; }

    /// <summary>The days that have a step, where steps are days, or parts of a day.</summary>
    public DayCalendar Days { get; init; } = DayCalendar.All;

    /// <summary>For steps of months, the day of series that leave it open.</summary>
    public MonthDay Day { get; init; } = MonthDay.Any;

    /// <summary>Whether times are clock times.</summary>
    public bool IsOfClock => Unit != StepUnit.Fixed;

    /// <summary>Whether the grid is valid: one from a file or an annotation may not be.</summary>
    public bool IsSound =>
        Enum.IsDefined(Kind)
        && Enum.IsDefined(Unit)
        && Step > 0
        && (Unit == StepUnit.Fixed || (Kind != TimeKind.Number && Step <= MostOfClock))
        && Kind == TimeKind.ZonedMoment == Zone is not null
        && Days.IsSound
        && (Days.IsAll || CanClose)
        && (ClockOffset == 0 || (Kind == TimeKind.OffsetMoment && ClockOffset >= -_longestOffset && ClockOffset <= _longestOffset))
        && Day.Least >= 1
        && Day.Least <= Day.Most
        && Day.Most <= MonthDay.Any.Most;

    /// <summary>Whether days may be closed: steps are days, or parts of a day.</summary>
    public bool CanClose => Unit == StepUnit.Days ? Step == 1 : Unit == StepUnit.Fixed && Kind != TimeKind.Number && OpenSteps.AreOf(Step);

    private OpenSteps Open => new(Step, Days, Zone, ClockOffset);

    /// <summary>Whether another grid has the same steps.</summary>
    public bool HasStepsOf(TimeGrid other) =>
        Kind == other.Kind
        && Unit == other.Unit
        && Step == other.Step
        && ClockOffset == other.ClockOffset
        && Days.Weekdays == other.Days.Weekdays
        && Days.Closed.SequenceEqual(other.Days.Closed);

    /// <summary>Whether a row's clock is the one by which days are closed.</summary>
    public bool HasClockOf(RowTime row) => Days.IsAll || IsOfClock || Kind != TimeKind.OffsetMoment || row.Offset == ClockOffset;

    /// <summary>What is wrong with a row of another clock, after the series' name.</summary>
    public string OtherClock(RowTime row) =>
        $"has a row at {Text(Kind, row)}, but days are closed by a clock of the offset "
        + $"{(ClockOffset < 0 ? '-' : '+')}{new TimeSpan(Math.Abs(ClockOffset)):hh\\:mm}, the only one in training: train with TimeZone "
        + "set to the zone's name, such as \"Europe/Paris\".";

    /// <summary>A row's time on this grid.</summary>
    public long TimeOf(RowTime row) => IsOfClock ? row.Clock : row.Instant;

    /// <summary>The origin of a series with the given first time.</summary>
    public TimeOrigin OriginAt(long time) => new(time, Unit == StepUnit.Months ? MonthDay.Of(Moment(time)) : MonthDay.Any);

    /// <summary>An origin, its day narrowed by another time of the series.</summary>
    public TimeOrigin Narrow(TimeOrigin origin, long time) =>
        Unit == StepUnit.Months && origin.Day.And(MonthDay.Of(Moment(time))) is MonthDay day ? origin with { Day = day } : origin;

    /// <summary>Whether a series can have a step at a time: its day is not closed.</summary>
    public bool IsOpen(long time) => Days.IsAll || (IsOfClock ? Days.IsOpen(DayCalendar.DayOf(time)) : Open.IsOpen(time));

    /// <summary>Number of steps from an origin to a time; null where the time is not on a step.</summary>
    public long? StepsBetween(TimeOrigin origin, long time) =>
        Unit switch
        {
            StepUnit.Fixed => Days.IsAll ? FixedBetween(origin.Time, time) : Open.Between(origin.Time, time),
            StepUnit.Days => IsSameTimeOfDay(origin.Time, time)
                ? DaysBetween(DayCalendar.DayOf(origin.Time), DayCalendar.DayOf(time))
                : null,
            StepUnit.Months => IsSameTimeOfDay(origin.Time, time) && origin.Day.And(MonthDay.Of(Moment(time))) is not null
                ? MonthsBetween(origin.Time, time)
                : null,
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>
    /// The number of the step that a time is, counted from a fixed time that is the same for all series of all data: series that begin at
    /// different times have the same numbers at the same times. Times between two steps have that of the step before.
    /// </summary>
    public long NumberOf(long time) =>
        Unit switch
        {
            StepUnit.Fixed => Days.IsAll ? FloorOf(time, Step) : Open.NumberOf(time),
            StepUnit.Days => Days.IsAll ? FloorOf(DayCalendar.DayOf(time), Step) : Days.CountBetween(0, DayCalendar.DayOf(time)),
            StepUnit.Months => FloorOf(CalendarMonths(0, time), Step),
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>The time a number of steps after an origin; the last one that there is where <see cref="HasTimeAt"/> is false.</summary>
    public long TimeAt(TimeOrigin origin, long steps) =>
        Unit switch
        {
            StepUnit.Fixed => Days.IsAll ? (long)Int128.Min(origin.Time + (Int128)steps * Step, Last) : Open.At(origin.Time, steps) ?? Last,
            StepUnit.Days => origin.Time % TimeSpan.TicksPerDay + TimeSpan.TicksPerDay * DayAt(DayCalendar.DayOf(origin.Time), steps),
            StepUnit.Months => MonthAt(origin, (long)Int128.Min((Int128)steps * Step, MostOfClock)),
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>Whether there is a time a number of steps after an origin: dates end with the year 9999, whole numbers at 2^63.</summary>
    public bool HasTimeAt(TimeOrigin origin, long steps) =>
        Unit switch
        {
            StepUnit.Fixed => Days.IsAll ? origin.Time + (Int128)steps * Step <= Last : Open.At(origin.Time, steps) is not null,
            StepUnit.Days => Days.IsAll
                ? DayCalendar.DayOf(origin.Time) + (Int128)steps * Step <= LastDay
                : Days.HasFrom(DayCalendar.DayOf(origin.Time), steps + 1),
            StepUnit.Months => 12 * (Moment(origin.Time).Year - 1) + Moment(origin.Time).Month - 1 + (Int128)steps * Step < 12 * 9999,
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>The clock time at a step of a series.</summary>
    public DateTime ClockAt(KeyedSeries series, long step)
    {
        long time = TimeAt(series.Origin, step);
        return Moment(IsOfClock ? time : time + (Zone?.GetUtcOffset(Universal(time)).Ticks ?? series.Offsets.At(time)));
    }

    /// <summary>A time as text.</summary>
    public string Text(long time) =>
        Kind switch
        {
            TimeKind.Number => time.ToString(CultureInfo.InvariantCulture),
            TimeKind.OffsetMoment when !IsOfClock && !Days.IsAll => Text(Kind, new RowTime(time, ClockOffset)),
            TimeKind.OffsetMoment when !IsOfClock => $"{ClockText(time)} UTC",
            TimeKind.ZonedMoment when !IsOfClock => Text(Kind, new RowTime(time, Zone!.GetUtcOffset(Universal(time)).Ticks)),
            _ => ClockText(time),
        };

    /// <summary>A row's time as text.</summary>
    public static string Text(TimeKind kind, RowTime time) =>
        kind switch
        {
            TimeKind.Number => time.Instant.ToString(CultureInfo.InvariantCulture),
            TimeKind.Moment => ClockText(time.Clock),
            _ => $"{ClockText(time.Clock)} {(time.Offset < 0 ? '-' : '+')}{new TimeSpan(Math.Abs(time.Offset)):hh\\:mm}",
        };

    /// <summary>A step as text.</summary>
    public string StepText =>
        Unit switch
        {
            StepUnit.Fixed => DifferenceText(Kind, Step) + (Days.Weekdays == DayCalendar.All.Weekdays ? "" : $" of a {Days.Text}"),
            StepUnit.Days => Days.Weekdays == DayCalendar.All.Weekdays
                ? DifferenceText(Kind, Step * TimeSpan.TicksPerDay)
                : $"1 {Days.Text}",
            StepUnit.Months => $"{Step} month{(Step == 1 ? "" : "s")}",
            _ => throw new InvalidOperationException($"There are no steps of {Unit}."),
        };

    /// <summary>A difference of times as text.</summary>
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

    /// <summary>Whether two times have the same time of day, or the later hour at which the day starts on a clock that is set
    /// forward.</summary>
    public bool IsSameTimeOfDay(long origin, long time)
    {
        long wanted = origin % TimeSpan.TicksPerDay,
            own = time % TimeSpan.TicksPerDay;
        return wanted == own || (own > wanted && own - wanted <= _longestSkip && Zone?.IsInvalidTime(Moment(time - own + wanted)) == true);
    }

    /// <summary>
    /// The remedy where a time is not on a step because its clock may skip that step: a zone states which times its clock skips, an offset
    /// does not. Empty otherwise.
    /// </summary>
    public string ZoneHint(long origin, long time)
    {
        long later = time % TimeSpan.TicksPerDay - origin % TimeSpan.TicksPerDay;
        return Kind == TimeKind.OffsetMoment && IsOfClock && later > 0 && later <= _longestSkip ? $" {ZoneSentence}" : "";
    }

    /// <summary>The remedy for days whose start the clock skips.</summary>
    public const string ZoneSentence =
        "Where a clock skips the beginning of a day, as summer time does in some zones, train with "
        + "TimeZone set to the zone's name, such as \"Africa/Cairo\": offsets do not say what is skipped.";

    private static long FloorOf(long time, long step) => time / step - (time % step < 0 ? 1 : 0);

    private long Last => Kind == TimeKind.Number ? long.MaxValue : DateTime.MaxValue.Ticks;

    private static int LastDay => DayCalendar.DayOf(DateTime.MaxValue.Ticks);

    private long? FixedBetween(long origin, long time)
    {
        Int128 difference = (Int128)time - origin;
        return difference % Step == 0 ? (long)Int128.Clamp(difference / Step, long.MinValue, long.MaxValue) : null;
    }

    private long DayAt(int day, long steps) => Days.IsAll ? (long)Int128.Min(day + (Int128)steps * Step, LastDay) : Days.Add(day, steps);

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
        // Other series of the model may decide what this one leaves open.
        MonthDay day = origin.Day.And(Day) ?? origin.Day;
        return new DateTime(year, monthOfYear, day.In(year, monthOfYear)).Ticks + from.TimeOfDay.Ticks;
    }

    private static string ClockText(long ticks) => Moment(ticks).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static DateTime Universal(long ticks) => DateTime.SpecifyKind(Moment(ticks), DateTimeKind.Utc);

    private static DateTime Moment(long ticks) => new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
}
