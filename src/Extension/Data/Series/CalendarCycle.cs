using System.Numerics;

namespace RnnMlNet.Data.Series;

/// <summary>Calendar features as values.</summary>
internal static class CalendarCycle
{
    public const CalendarFeatures All =
        CalendarFeatures.HourOfDay
        | CalendarFeatures.DayOfWeek
        | CalendarFeatures.DayOfMonth
        | CalendarFeatures.DayOfYear
        | CalendarFeatures.MonthOfYear;

    /// <summary>Number of values of a time.</summary>
    public static int Count(CalendarFeatures features) => 2 * BitOperations.PopCount((uint)features);

    /// <summary>The features, in the order of <see cref="Write"/>.</summary>
    public static IEnumerable<string> Names(CalendarFeatures features) => Each(features).Select(feature => feature.ToString());

    /// <summary>Writes the values of a time.</summary>
    /// <param name="features">The features.</param>
    /// <param name="time">The time.</param>
    /// <param name="numbers">[<see cref="Count"/>], overwritten: sine and cosine of each feature.</param>
    public static void Write(CalendarFeatures features, DateTime time, Span<float> numbers)
    {
        int place = 0;
        foreach (CalendarFeatures feature in Each(features))
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * Phase(feature, time));
            numbers[place++] = (float)sine;
            numbers[place++] = (float)cosine;
        }
    }

    private static IEnumerable<CalendarFeatures> Each(CalendarFeatures features)
    {
        for (int bit = 1; bit <= (int)features; bit <<= 1)
            if (((int)features & bit) != 0)
                yield return (CalendarFeatures)bit;
    }

    // In [0, 1).
    private static double Phase(CalendarFeatures feature, DateTime time) =>
        feature switch
        {
            CalendarFeatures.HourOfDay => time.TimeOfDay.TotalDays,
            CalendarFeatures.DayOfWeek => (int)time.DayOfWeek / 7.0,
            CalendarFeatures.DayOfMonth => (time.Day - 1.0) / DateTime.DaysInMonth(time.Year, time.Month),
            CalendarFeatures.DayOfYear => (time.DayOfYear - 1.0) / (DateTime.IsLeapYear(time.Year) ? 366 : 365),
            _ => (time.Month - 1) / 12.0,
        };
}
