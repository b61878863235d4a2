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

    /// <summary>The largest number, either side of 0: the whole days are exact up to it.</summary>
    public const double Largest = 24.0 * 60 * 60 * (1 << 24);

    /// <summary>The values of a number, whose unit is the column's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is beyond <see cref="Largest"/>.</exception>
    public static (float Days, float Seconds) Of(double number)
    {
        const double day = 24 * 60 * 60;
        if (Math.Abs(number) > Largest)
            throw new ArgumentOutOfRangeException(
                nameof(number),
                number,
                $"A time that is a number must be from -{Largest:0} to {Largest:0}: use a coarser unit, such as seconds, or subtract the "
                    + "first time."
            );
        double days = Math.Floor(number / day);
        return ((float)days, (float)(number - days * day));
    }
}
