namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// A time as two values of a step: whole days, and seconds within the day, which Single holds to about 4 milliseconds. A difference of two
/// times is computed from both.
/// </summary>
internal static class StepTime
{
    /// <summary>The values of a time.</summary>
    public static (float Days, float Seconds) Of(DateTime time) =>
        ((float)(time.Ticks / TimeSpan.TicksPerDay), (float)(time.TimeOfDay.Ticks / (double)TimeSpan.TicksPerSecond));

    /// <summary>The values of a number, whose unit is the column's.</summary>
    public static (float Days, float Seconds) Of(double number)
    {
        const double day = 24 * 60 * 60;
        double days = Math.Floor(number / day);
        return ((float)days, (float)(number - days * day));
    }
}
