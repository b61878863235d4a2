using System.Globalization;
using System.Text.RegularExpressions;

namespace RnnMlNet.Data.Series;

/// <summary>The unit of steps of time.</summary>
internal enum StepUnit : byte
{
    /// <summary>Ticks between instants, independent of clocks; or whole numbers.</summary>
    Fixed,

    /// <summary>Calendar days, at the same time of day by the clock.</summary>
    Days,

    /// <summary>Months, on the same day at the same time of day by the clock.</summary>
    Months,
}

/// <summary>Distance between steps, as a user specifies it.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Step">From one step to the next: ticks, days or months; for whole numbers the difference.</param>
internal sealed partial record Frequency(StepUnit Unit, long Step)
{
    /// <summary>The days that have a step.</summary>
    public DayCalendar Days { get; init; } = DayCalendar.All;

    /// <summary>Whether times are whole numbers.</summary>
    public bool IsOfNumbers { get; init; }

    // The largest frequency spans some thousand years, so that nothing overflows.
    private const int MostCount = 1_000_000;

    /// <summary>Parses a frequency: a count and a unit, as in "2 hours", a TimeSpan, a duration such as PT2H, or a whole number alone. Null
    /// where it is none of them.</summary>
    public static Frequency? Parse(string text)
    {
        text = text.Trim();
        if (text.Contains(':'))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) ? Of(span) : null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return number > 0 ? new Frequency(StepUnit.Fixed, number) { IsOfNumbers = true } : null;
        if (Duration().Match(text) is { Success: true } duration)
            return Of(Count(duration.Groups["count"].Value), DurationUnit(duration));
        return Named().Match(text) is { Success: true } named ? Of(Count(named.Groups["count"].Value), named.Groups["unit"].Value) : null;
    }

    private static Frequency? Of(TimeSpan span) =>
        span <= TimeSpan.Zero ? null
        : span.Ticks % TimeSpan.TicksPerDay == 0 ? new Frequency(StepUnit.Days, span.Ticks / TimeSpan.TicksPerDay)
        : new Frequency(StepUnit.Fixed, span.Ticks);

    private static int Count(string digits) =>
        digits.Length == 0 ? 1
        : int.TryParse(digits, CultureInfo.InvariantCulture, out int count) && count <= MostCount ? count
        : 0;

    private static string DurationUnit(Match duration) =>
        (duration.Groups["time"].Length > 0, duration.Groups["unit"].Value) switch
        {
            (true, "M") => "min",
            (false, "M") => "month",
            var (_, unit) => unit,
        };

    private static Frequency? Of(int count, string unit)
    {
        // A single m may be minutes or months; pandas writes M for months.
        if (count < 1 || unit == "m")
            return null;
        return unit.ToLowerInvariant() switch
        {
            "ms" when unit == "ms" => Fixed(TimeSpan.TicksPerMillisecond),
            "millisecond" or "milliseconds" => Fixed(TimeSpan.TicksPerMillisecond),
            "s" or "sec" or "secs" or "second" or "seconds" => Fixed(TimeSpan.TicksPerSecond),
            "min" or "mins" or "minute" or "minutes" or "t" => Fixed(TimeSpan.TicksPerMinute),
            "h" or "hour" or "hours" or "hourly" => Fixed(TimeSpan.TicksPerHour),
            "d" or "day" or "days" or "daily" => new Frequency(StepUnit.Days, count),
            "b" or "bd" or "business day" or "business days" or "weekday" or "weekdays" => count == 1
                ? new Frequency(StepUnit.Days, 1) { Days = DayCalendar.Business }
                : null,
            "w" or "week" or "weeks" or "weekly" => new Frequency(StepUnit.Days, 7L * count),
            "m" or "ms" or "me" or "mo" or "month" or "months" or "monthly" => new Frequency(StepUnit.Months, count),
            "q" or "qs" or "qe" or "quarter" or "quarters" or "quarterly" => new Frequency(StepUnit.Months, 3L * count),
            "y" or "ys" or "ye" or "a" or "as" or "year" or "years" or "yearly" or "annual" => new Frequency(StepUnit.Months, 12L * count),
            _ => null,
        };

        Frequency Fixed(long ticks) => new(StepUnit.Fixed, ticks * count);
    }

    [GeneratedRegex(@"^P(?<time>T?)(?<count>\d+)(?<unit>[YMWDHS])$", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(@"^(?<count>\d*)\s*(?<unit>[A-Za-z]+( [A-Za-z]+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
